package io.longwave.ssm.mamba;

import io.longwave.ssm.windowed.WindowedModelContract;
import tools.jackson.databind.node.ObjectNode;

/** Samples in patches, windows divided by their deviation, and the mean over all steps: all that a sequence network can have around its layers. */
class MambaStreamingTest extends WindowedModelContract {

    @Override
    protected String name() {
        return "mamba";
    }

    @Override
    protected void small(ObjectNode config) {
        config.put("width", 8).put("blocks", 1).put("dropout", 0.0).put("patch", 4).put("windowScale", true).put("pooling", "MEAN");
    }

    @Override
    protected String widen(ObjectNode config) {
        config.put("width", 16);
        return "encoder.weight: expected [16, 4] but was [8, 4]";
    }
}
