package io.longwave.ssm.spacetime;

import io.longwave.ssm.windowed.WindowedModelContract;
import tools.jackson.databind.node.ObjectNode;

class SpaceTimeStreamingTest extends WindowedModelContract {

    @Override
    protected String name() {
        return SpaceTimeFamily.NAME;
    }

    @Override
    protected void small(ObjectNode config) {
        config.put("modelDim", 16).put("encoderStateSize", 8).put("decoderStateSize", 8).put("maxAverageWindow", 12);
    }

    @Override
    protected String widen(ObjectNode config) {
        config.put("modelDim", 32);
        return "diff_kernel: expected shape [16, 4] but was [8, 4]";
    }
}
