package io.longwave.ssm.s4d;

import io.longwave.ssm.windowed.WindowedModelContract;
import tools.jackson.databind.node.ObjectNode;

class S4dStreamingTest extends WindowedModelContract {

    @Override
    protected String name() {
        return "s4d";
    }

    @Override
    protected void small(ObjectNode config) {
        config.put("width", 8).put("blocks", 1).put("dropout", 0.0);
        ((ObjectNode) config.get("layer")).put("stateSize", 16);
    }

    /** Errors are measured from recurrent states, and a forecast comes from a fresh window, where this network does better. */
    @Override
    protected double mostCoverage() {
        return 0.98;
    }

    @Override
    protected String widen(ObjectNode config) {
        config.put("width", 16);
        return "encoder.weight: expected [16, 1] but was [8, 1]";
    }
}
