package io.longwave.ssm.longconv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceLayerContract;
import io.longwave.ssm.tape.ParameterSet;
import tools.jackson.databind.node.ObjectNode;

class BidirectionalLongConvLayerTest extends SequenceLayerContract {

    @Override
    protected LayerFamily family() {
        return new LongConvFamily();
    }

    @Override
    protected ObjectNode config(int length) {
        return family().defaultConfig(length).put("squashRamp", 0).put("squash", 0.003).put("smooth", 1).put("bidirectional", true);
    }

    @Test
    void aLayerThatSeesTheFutureHasNoRecurrence() {
        assertThat(family().create(new ParameterSet(new SimdKernels(1)), "", config(20), 4, 20, new SplittableRandom(5)).recurrence())
                .isEmpty();
    }
}
