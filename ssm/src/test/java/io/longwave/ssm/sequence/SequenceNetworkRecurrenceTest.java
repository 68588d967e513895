package io.longwave.ssm.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.sequence.SequenceConfig.Norm;
import io.longwave.ssm.tape.ParameterSet;
import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;

class SequenceNetworkRecurrenceTest {
    private static final Kernels KERNELS = new SimdKernels(2);
    private static final int SERIES = 11;
    private static final int STEPS = 30;

    private static SequenceNetwork network(Norm norm, boolean preNorm, int inputs) {
        ParameterSet parameters = new ParameterSet(KERNELS);
        var config = new SequenceConfig(inputs, 1, 12, 3, norm, preNorm, 0, false);
        AverageLayers layers = new AverageLayers();
        SequenceNetwork network = new SequenceNetwork(parameters, "", layers, layers.defaultConfig(STEPS), config, STEPS,
                new SplittableRandom(3));
        SplittableRandom random = new SplittableRandom(8);
        for (ParameterSet.Entry entry : parameters.entries()) {
            if (entry.name().contains("norm.")) { // gains, biases and running statistics that a training would have moved
                float[] values = KERNELS.toFloats(entry.variable().value());
                for (int i = 0; i < values.length; i++) {
                    values[i] += (float) random.nextDouble(0, 0.3);
                }
                KERNELS.upload(values, entry.variable().value());
            }
        }
        return network;
    }

    private static float[] numbers(int size) {
        SplittableRandom random = new SplittableRandom(4);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({"NONE,true", "LAYER,true", "LAYER,false", "RMS,true", "BATCH,true", "BATCH,false"})
    void theNetworkStepByStepAgreesWithTheWholeSequence(Norm norm, boolean preNorm) {
        int inputs = 2;
        SequenceNetwork network = network(norm, preNorm, inputs);
        float[] u = numbers(inputs * SERIES * STEPS);
        Tape tape = new Tape(KERNELS, null);
        int[] lengths = new int[SERIES];
        Arrays.fill(lengths, STEPS);
        var input = KERNELS.zeros(inputs, SERIES, STEPS);
        KERNELS.upload(u, input);
        Variable y = network.record(tape, tape.constant(input), lengths);
        tape.forward();
        float[] whole = KERNELS.toFloats(y.value());
        float[] stepped = steps(network.recurrence().orElseThrow(), u, inputs, SERIES);
        for (int i = 0; i < whole.length; i++) {
            // Three blocks of sums of 12 to 24 rounded products of size 1, and two approximations of the gate.
            assertThat((double) stepped[i]).as("element %d", i).isCloseTo(whole[i], within(2e-5));
        }
    }

    /** y [H, S, L] of u [V, S, L]. */
    private static float[] steps(SequenceNetworkRecurrence recurrence, float[] u, int inputs, int series) {
        var cohort = recurrence.start(series);
        float[] in = new float[inputs * series];
        float[] out = new float[recurrence.config().width() * series];
        float[] all = new float[out.length * STEPS];
        for (int t = 0; t < STEPS; t++) {
            for (int i = 0; i < in.length; i++) {
                in[i] = u[i * STEPS + t];
            }
            cohort.step(in, out);
            for (int i = 0; i < out.length; i++) {
                all[i * STEPS + t] = out[i];
            }
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"LAYER", "BATCH"})
    void aSeriesHasTheSameBitsAloneAndAmongOthers(Norm norm) {
        SequenceNetworkRecurrence recurrence = network(norm, true, 1).recurrence().orElseThrow();
        float[] u = numbers(SERIES * STEPS);
        float[] together = steps(recurrence, u, 1, SERIES);
        for (int s = 0; s < SERIES; s++) {
            float[] alone = steps(recurrence, Arrays.copyOfRange(u, s * STEPS, (s + 1) * STEPS), 1, 1);
            for (int h = 0; h < 12; h++) {
                for (int t = 0; t < STEPS; t++) {
                    assertThat(alone[h * STEPS + t]).isEqualTo(together[(h * SERIES + s) * STEPS + t]);
                }
            }
        }
    }

    @Test
    void theRecurrenceKeepsTheWeightsItWasMadeWith() {
        SequenceNetwork network = network(Norm.LAYER, true, 1);
        SequenceNetworkRecurrence recurrence = network.recurrence().orElseThrow();
        float[] before = steps(recurrence, numbers(STEPS), 1, 1);
        KERNELS.fill(network.encoderWeight().value(), 0);
        assertThat(steps(recurrence, numbers(STEPS), 1, 1)).isEqualTo(before);
    }
}
