package io.longwave.ssm.ptd;

import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayerContract;
import tools.jackson.databind.node.ObjectNode;

class PtdTest extends SequenceLayerContract {
    @Override
    protected LayerFamily family() {
        return new PtdFamily();
    }

    @Override
    protected ObjectNode config(int length) {
        return super.config(length).put("stateSize", 16);
    }

    /** Weights of the modes are up to cond(V), a few hundred at N = 16, times as large as what they add up to. */
    @Override
    protected double tolerance() {
        return 2e-4;
    }
}
