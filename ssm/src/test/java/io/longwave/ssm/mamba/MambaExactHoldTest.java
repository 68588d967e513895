package io.longwave.ssm.mamba;

import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayerContract;
import tools.jackson.databind.node.ObjectNode;

/** The same with the input held exactly, three inner channels per channel and two taps. */
class MambaExactHoldTest extends SequenceLayerContract {

    @Override
    protected LayerFamily family() {
        return new MambaFamily();
    }

    @Override
    protected ObjectNode config(int length) {
        return super.config(length).put("states", 3).put("exactHold", true).put("expansion", 3).put("deltaRank", 2).put("taps", 2);
    }
}
