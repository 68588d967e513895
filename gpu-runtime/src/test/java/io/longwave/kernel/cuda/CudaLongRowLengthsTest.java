package io.longwave.kernel.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.Gen;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.LongConvolution.Gradients;
import io.longwave.kernel.LongConvolution.Terms;
import io.longwave.kernel.TapRegularization.Settings;
import io.longwave.tensor.Tensor;

/** The limits of a device as they are: the longest row on the chip, the first ones beyond. Sums are taken in double at some positions. */
class CudaLongRowLengthsTest {
    private static final int SAMPLES = 200;
    private static final int ORDERS = 2;

    private interface At {
        double sum(int position);
    }

    /** Rounding is relative to the norm of a row, √L times that of its numbers; 3 units for each level of the transforms. */
    private static void near(double[] found, int length, Gen gen, At expected) {
        double bound = 0x1p-24 * 3 * Math.log(length) / Math.log(2) * Math.sqrt(length);
        for (int i = 0; i < SAMPLES; i++) {
            int position = gen.between(0, found.length - 1);
            assertThat(found[position]).as("number %d of %d", position, length).isCloseTo(expected.sum(position), Offset.offset(bound));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8192, 16_384, 20_000, 65_536})
    void rowsAtTheLimitAndBeyondEqualTheirSums(int length) {
        rowsEqualTheirSums(TestedKernels.with(ORDERS, ways -> ways), length);
    }

    /** Rows of the second pass are so narrow that columns have 512, 1024 and, for the kernel's gradient, 2048 numbers. */
    @ParameterizedTest
    @ValueSource(ints = {30_000, 65_536})
    void rowsWithTallColumnsEqualTheirSums(int length) {
        rowsEqualTheirSums(TestedKernels.with(ORDERS, ways -> ways.withLimits(64, 0, 4_000_000)), length);
    }

    /**
     * Rows of 512, 4096 and 8192 numbers are taken in halves: shorter ones, with all that goes with a row, and long ones in pieces. Where there are 16
     * channels a block of the shim's small device has several rows, one after the other.
     */
    @ParameterizedTest
    @CsvSource({"512, 512, 2, 2, true", "300, 290, 2, 1, true", "1100, 100, 2, 2, false", "500, 60, 2, 1, false", "4096, 4096, 2, 1, true",
            "3001, 2500, 2, 2, true", "4000, 4000, 2, 1, false", "8192, 8192, 2, 2, true", "4097, 4097, 2, 1, true",
            "9000, 1000, 2, 1, true", "20000, 3000, 2, 2, true", "8000, 5000, 2, 1, false", "4096, 4096, 16, 16, true",
            "8192, 8192, 16, 16, true"})
    void rowsInHalvesEqualTheirSums(int length, int taps, int channels, int rows, boolean skips) {
        Kernels kernels = TestedKernels.with(ORDERS, ways -> ways);
        int channelsPerRow = channels / rows;
        int batch = 3;
        Gen.forAll(1, gen -> {
            double[] u = gen.numbers(batch * length);
            double[] k = gen.numbers(rows * taps);
            double[] skip = skips ? gen.numbers(channels) : new double[channels];
            double[] before = gen.numbers(batch * length);
            double[] after = gen.numbers(channels * batch * length);
            Arrays.setAll(after, i -> after[i] / 4); // none above one, or the bound would have to grow
            Settings squashed = new Settings(gen.between(0, 1), kernels.of(new double[]{0.05}, 1));
            Tensor regular = kernels.zeros(rows, taps);
            kernels.tapRegularization().forward(kernels.of(k, rows, taps), squashed, regular);
            double[] used = kernels.toDoubles(regular);
            Tensor y = kernels.zeros(channels, batch, length);
            Terms terms = Terms.of(kernels.of(u, 1, batch, length), kernels.of(k, rows, taps)).withRegularization(squashed)
                    .withGates(kernels.of(before, 1, batch, length), kernels.of(after, channels, batch, length));
            kernels.longConvolution().forward(skips ? terms.withSkip(kernels.of(skip, channels)) : terms, y);
            near(kernels.toDoubles(y), length, gen, i -> {
                int channel = i / (batch * length);
                int row = i % (batch * length) / length * length;
                int t = i % length;
                double sum = skip[channel] * u[row + t] * before[row + t];
                for (int s = 0; s <= Math.min(t, taps - 1); s++) {
                    sum += used[channel / channelsPerRow * taps + s] * u[row + t - s] * before[row + t - s];
                }
                return after[i] * sum;
            });
        });
    }

    private static void rowsEqualTheirSums(Kernels kernels, int length) {
        Gen.forAll(1, gen -> {
            double[] u = gen.numbers(length);
            double[] k = gen.numbers(length);
            double[] dy = gen.numbers(length);
            Terms terms = Terms.of(kernels.of(u, 1, 1, length), kernels.of(k, 1, length));
            Tensor y = kernels.zeros(1, 1, length);
            kernels.longConvolution().forward(terms, y);
            near(kernels.toDoubles(y), length, gen, t -> {
                double sum = 0;
                for (int s = 0; s <= t; s++) {
                    sum += k[s] * u[t - s];
                }
                return sum;
            });
            Tensor du = kernels.zeros(1, 1, length);
            Tensor dk = kernels.zeros(1, length);
            kernels.longConvolution().backward(terms, kernels.of(dy, 1, 1, length), new Gradients(du, dk, null, null, null, null));
            near(kernels.toDoubles(du), length, gen, s -> {
                double sum = 0;
                for (int t = s; t < length; t++) {
                    sum += k[t - s] * dy[t];
                }
                return sum;
            });
            near(kernels.toDoubles(dk), length, gen, s -> {
                double sum = 0;
                for (int t = s; t < length; t++) {
                    sum += u[t - s] * dy[t];
                }
                return sum;
            });
        });
    }
}
