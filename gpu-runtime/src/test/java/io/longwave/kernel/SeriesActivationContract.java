package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.ChannelNormalization.Kind;
import io.longwave.kernel.Pointwise.Function;
import io.longwave.tensor.Tensor;

public abstract class SeriesActivationContract extends KernelComparison {
    private static final int CHANNELS = 5;

    private static float[] floats(double[] values) {
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) values[i];
        }
        return out;
    }

    private ArraySteps activation() {
        return new ArraySteps(kernels());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 15, 16, 17, 33, 100})
    void allSetsOfKernelsGiveTheSameBits(int series) {
        Gen.forAll(3, gen -> {
            int size = CHANNELS * series;
            double[] x = gen.numbers(2 * size);
            float[][] results = new float[2][];
            for (int i = 0; i < 2; i++) {
                ArraySteps activation = i == 0 ? new ArraySteps(exact) : activation();
                float[] values = floats(x);
                float[] sum = Arrays.copyOf(values, size);
                activation.addGated(values, sum, size);
                activation.gelu(values, 2 * size);
                activation.normalize(Kind.LAYER, sum, 1e-5f, floats(gain()), new float[CHANNELS], sum, series);
                activation.normalize(Kind.RMS, values, 1e-5f, floats(gain()), floats(gain()), values, series);
                activation.scale(sum, floats(offsets()), floats(gain()), floats(offsets()), sum, series);
                results[i] = Arrays.copyOf(values, 3 * size);
                System.arraycopy(sum, 0, results[i], 2 * size, size);
            }
            assertThat(results[1]).isEqualTo(results[0]);
        });
    }

    private static double[] offsets() {
        return new double[]{0.3, -2, 0, 1e-3, 7};
    }

    private static double[] gain() {
        return new double[]{1, -0.5, 2, 0.25, 1.5};
    }

    @Test
    void aSeriesHasTheSameBitsAloneAndAmongOthers() {
        Gen.forAll(3, gen -> {
            int series = 21;
            float[] x = floats(gen.numbers(CHANNELS * series));
            float[] together = x.clone();
            activation().normalize(Kind.LAYER, together, 1e-5f, floats(gain()), floats(gain()), together, series);
            activation().gelu(together, together.length);
            for (int s = 0; s < series; s++) {
                float[] alone = new float[CHANNELS];
                for (int h = 0; h < CHANNELS; h++) {
                    alone[h] = x[h * series + s];
                }
                activation().normalize(Kind.LAYER, alone, 1e-5f, floats(gain()), floats(gain()), alone, 1);
                activation().gelu(alone, CHANNELS);
                for (int h = 0; h < CHANNELS; h++) {
                    assertThat(alone[h]).isEqualTo(together[h * series + s]);
                }
            }
        });
    }

    @Test
    void resultsAreThoseOfWholeSequencesUpToRounding() {
        Gen.forAll(4, gen -> {
            int series = gen.between(1, 40);
            int size = CHANNELS * series;
            double[] x = gen.numbers(2 * size);
            double[] y = gen.numbers(size);
            float[] gated = floats(y);
            activation().addGated(floats(x), gated, size);
            Tensor sum = exact.of(y, CHANNELS, series);
            exact.gatedUnit().forward(exact.of(x, 2 * CHANNELS, series), sum, true);
            close(gated, exact.toDoubles(sum));
            float[] active = floats(x);
            activation().gelu(active, 2 * size);
            Tensor gelu = exact.zeros(2 * size);
            exact.pointwise().forward(Function.GELU, exact.of(x, 2 * size), gelu);
            close(active, exact.toDoubles(gelu));
            float[] normal = new float[size];
            activation().normalize(Kind.LAYER, floats(y), 0.1f, floats(gain()), floats(gain()), normal, series);
            Tensor expected = exact.zeros(CHANNELS, series);
            Tensor gain = exact.of(gain(), CHANNELS);
            exact.channelNormalization().forward(Kind.LAYER, exact.of(y, CHANNELS, series), 0.1, gain, gain, exact.zeros(2, series),
                    expected);
            close(normal, exact.toDoubles(expected));
        });
    }

    /** A few roundings of float32 of numbers up to 10, and 1.5e-7 of the error function. */
    private static void close(float[] found, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) found[i]).as("element %d", i).isCloseTo(expected[i], within(5e-6));
        }
    }

    @Test
    void scalingTakesTheMeanOffEachChannelFirst() {
        int series = 19;
        float[] x = new float[CHANNELS * series];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
        }
        float[] y = new float[x.length];
        activation().scale(x, floats(offsets()), floats(gain()), new float[CHANNELS], y, series);
        for (int i = 0; i < x.length; i++) {
            assertThat((double) y[i]).isCloseTo(gain()[i / series] * (x[i] - offsets()[i / series]), within(2e-5));
        }
        assertThatThrownBy(() -> activation().scale(x, new float[CHANNELS - 1], floats(gain()), new float[CHANNELS], y, series))
                .hasMessage("mean: expected 5 numbers but was 4");
    }

    @Test
    void aTensorWithTooLittleRoomIsRefused() {
        assertThatThrownBy(() -> activation().normalize(Kind.LAYER, new float[9], 1e-5f, new float[5], new float[5], new float[10], 2))
                .hasMessage("x: expected at least 10 numbers but was 9");
    }
}
