package io.longwave.ssm.s4;

import org.junit.jupiter.api.Nested;

import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayerContract;
import tools.jackson.databind.node.ObjectNode;

class S4Test {

    private abstract static class Contract extends SequenceLayerContract {
        @Override
        protected LayerFamily family() {
            return new S4Family();
        }

        @Override
        protected ObjectNode config(int length) {
            return super.config(length).put("stateSize", 16);
        }
    }

    @Nested
    class ScaledLegendre extends Contract {}

    @Nested
    class TranslatedLegendreOfRankTwoInTwoCopies extends Contract {
        @Override
        protected ObjectNode config(int length) {
            return super.config(length).put("measure", "legt").put("copies", 2);
        }
    }

    @Nested
    class TranslatedFourier extends Contract {
        @Override
        protected ObjectNode config(int length) {
            return super.config(length).put("measure", "fout");
        }
    }
}
