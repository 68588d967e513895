package io.longwave.ssm.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.cuda.TestedKernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.sequence.LayerFamily;
import io.longwave.ssm.sequence.SequenceConfig;
import io.longwave.ssm.sequence.SequenceConfig.Norm;
import io.longwave.ssm.sequence.SequenceNetwork;
import io.longwave.ssm.sequence.SequenceNetworkRecurrence;
import io.longwave.ssm.tape.ParameterSet;

/** Networks that step on a device, where the second step is recorded and later ones are replayed, have the bits of the processor. */
class CudaNetworkRecurrenceTest {
    private static final int WIDTH = 6;
    private static final int SERIES = 5;
    private static final int STEPS = 6;
    private static final int LENGTH = 24;

    private static SequenceNetworkRecurrence network(Kernels kernels, String family, Norm norm, boolean preNorm) {
        LayerFamily layers = ModelFamilies.layers().stream().filter(known -> family.startsWith(known.name() + " ")).findFirst()
                .orElseThrow();
        var settings = layers.defaultConfig(LENGTH);
        if (family.contains("by taps")) {
            settings.put("streamOrder", 0);
        }
        var config = new SequenceConfig(2, 1, WIDTH, 2, norm, preNorm, 0, false);
        return new SequenceNetwork(new ParameterSet(kernels), "", layers, settings, config, LENGTH,
                new SplittableRandom(1)).recurrence().orElseThrow();
    }

    /** Outputs [steps][H, S] and then the states; half way the states move to another cohort. */
    private static float[][] run(SequenceNetworkRecurrence network) {
        SplittableRandom random = new SplittableRandom(2);
        float[][] out = new float[STEPS + 1][WIDTH * SERIES];
        SequenceNetworkRecurrence.Cohort all = network.start(SERIES);
        for (int t = 0; t < STEPS; t++) {
            if (t == STEPS / 2) {
                float[] states = new float[network.stateSize() * SERIES];
                all.read(states);
                all.close();
                all = network.start(SERIES);
                all.write(states);
            }
            float[] u = new float[2 * SERIES];
            for (int i = 0; i < u.length; i++) {
                u[i] = (float) random.nextGaussian();
            }
            all.step(u, out[t]);
        }
        out[STEPS] = new float[network.stateSize() * SERIES];
        all.read(out[STEPS]);
        all.close();
        return out;
    }

    @ParameterizedTest
    @CsvSource({"s4d,LAYER,true", "s4d,BATCH,false", "s4-ptd,NONE,true", "mamba,RMS,true", "longconv,LAYER,false",
            "longconv by taps,RMS,true",
            "s4,LAYER,true"})
    void aNetworkOnADeviceHasTheBitsOfTheProcessor(String family, Norm norm, boolean preNorm) {
        float[][] expected = run(network(new SimdKernels(1), family + " ", norm, preNorm));
        float[] still = new float[expected[STEPS].length];
        assertThat(expected[STEPS]).as("states that moved").isNotEqualTo(still);
        assertThat(run(network(TestedKernels.shared(), family + " ", norm, preNorm))).isDeepEqualTo(expected);
    }
}
