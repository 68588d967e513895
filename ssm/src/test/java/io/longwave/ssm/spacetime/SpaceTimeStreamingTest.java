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
}
