package io.longwave.ssm.dss;

import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayerContract;
import tools.jackson.databind.node.ObjectNode;

class DssTest extends SequenceLayerContract {
    @Override
    protected LayerFamily family() {
        return new DssFamily();
    }

    @Override
    protected ObjectNode config(int length) {
        return super.config(length).put("stateSize", 16).put("copies", 2);
    }

    /**
     * A mode that turns by whole turns over the length has exp(E L) next to 1: the kernel has a pole there, and differences with a step of
     * 1e-5 are off by the square of step over distance.
     */
    @Override
    protected double gradientTolerance() {
        return 1e-5;
    }
}
