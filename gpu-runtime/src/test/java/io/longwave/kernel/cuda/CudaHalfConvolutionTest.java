package io.longwave.kernel.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.cuda.ShimDevice;
import io.longwave.kernel.Gen;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.LongConvolution.Gradients;
import io.longwave.kernel.LongConvolution.Terms;
import io.longwave.kernel.TapRegularization.Settings;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.Tensor;

/**
 * Long convolutions with 16-bit operands. Rounded to a unit of 2^-11 or 2^-8 are the row, the spectrum, matrices, twiddle factors, their
 * products with what is between four to six stages and, in float16, sums: some forty-five errors of 0.3 units that do not know of each other, so
 * √45 · 0.3 units = 1e-3 or 8e-3 of a result of average size. The largest of thousands of errors is to the average one as the largest result is
 * to the average one. Bounds, relative to the largest result, are half as much again.
 */
class CudaHalfConvolutionTest {
    private static final Kernels EXACT = new ReferenceKernels();

    private static Kernels kernels(ConvolutionPrecision precision, int size) {
        return TestedKernels.with(size <= 1024 ? ShimDevice.ALL_ORDERS : 2, ways -> ways.withPrecision(precision));
    }

    private static double bound(ConvolutionPrecision precision) {
        return precision == ConvolutionPrecision.FLOAT16 ? 1.5e-3 : 1.2e-2;
    }

    private static void near(double[] found, double[] expected, double bound) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("number %d of %d", i, expected.length).isCloseTo(expected[i], Offset.offset(bound * largest));
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT16, 256", "FLOAT16, 512", "FLOAT16, 1024", "FLOAT16, 2048", "FLOAT16, 4096", "BFLOAT16, 256", "BFLOAT16, 512",
            "BFLOAT16, 1024", "BFLOAT16, 2048", "BFLOAT16, 4096"})
    void rowsOfEverySizeWithGatesAndSkipAreNearTheDoubleSum(ConvolutionPrecision precision, int size) {
        Kernels half = kernels(precision, size);
        for (int variates = 1; variates <= 2; variates++) {
            int series = variates;
            Gen.forAll(2, gen -> agrees(gen, half, precision, size, series, gen.coin()));
        }
    }

    /** Without a future in halves, with one as a whole. */
    @ParameterizedTest
    @CsvSource({"FLOAT16, 8192", "FLOAT16, 16384", "BFLOAT16, 8192", "BFLOAT16, 16384"})
    void longRowsInHalvesAndAsAWholeAreNearTheDoubleSum(ConvolutionPrecision precision, int size) {
        Kernels half = kernels(precision, size);
        Gen.forAll(1, gen -> {
            agrees(gen, half, precision, size, 2, false);
            agrees(gen, half, precision, size, 1, true);
        });
    }

    /** With as many series as channels the gradient of the input is of 16 bits too. */
    private static void agrees(Gen gen, Kernels half, ConvolutionPrecision precision, int size, int variates, boolean back) {
        int length = gen.coin() ? size : gen.between(size / 2 + 1, size);
        int taps = gen.between(length / 2, length + 3);
        int channels = 2;
        int batch = gen.between(1, 3);
        boolean gates = gen.coin();
        double[] u = gen.numbers(variates * batch * length);
        double[] k = gen.numbers(taps);
        double[] future = gen.numbers(taps);
        double[] skip = gen.numbers(channels);
        double[] before = gen.numbers(variates * batch * length);
        double[] after = gen.numbers(channels * batch * length);
        double[] dy = gen.numbers(channels * batch * length);
        double[][] results = new double[4][];
        for (Kernels kernels : new Kernels[]{EXACT, half}) {
            Terms terms = Terms.of(kernels.of(u, variates, batch, length), kernels.of(k, 1, taps))
                    .withBack(back ? kernels.of(future, 1, taps) : null).withSkip(kernels.of(skip, channels))
                    .withGates(gates ? kernels.of(before, variates, batch, length) : null,
                            gates ? kernels.of(after, channels, batch, length) : null);
            Tensor y = kernels.zeros(channels, batch, length);
            kernels.longConvolution().forward(terms, y);
            Tensor du = kernels.zeros(variates, batch, length);
            kernels.longConvolution().backward(terms, kernels.of(dy, channels, batch, length),
                    new Gradients(du, null, null, null, null, null));
            int at = kernels == EXACT ? 0 : 2;
            results[at] = kernels.toDoubles(y);
            results[at + 1] = kernels.toDoubles(du);
        }
        near(results[2], results[0], bound(precision));
        near(results[3], results[1], bound(precision));
    }

    /** So many rows that a block takes some after others, copied ahead; two channels share each of two kernels. */
    @ParameterizedTest
    @CsvSource({"256, 37", "512, 19", "1024, 15", "2048, 9", "4096, 5", "8192, 3", "16384, 2"})
    void blocksThatTakeSeveralRowsOfSeveralKernelsAreNearTheDoubleSum(int size, int batch) {
        for (ConvolutionPrecision precision : new ConvolutionPrecision[]{ConvolutionPrecision.FLOAT16, ConvolutionPrecision.BFLOAT16}) {
            Kernels half = TestedKernels.with(1, ways -> ways.withPrecision(precision));
            Gen.forAll(1, gen -> {
                int channels = 4;
                int length = size - 4 * gen.between(0, 2);
                double[] u = gen.numbers(channels * batch * length);
                double[] k = gen.numbers(2 * length);
                double[] skip = gen.numbers(channels);
                double[][] results = new double[4][];
                for (Kernels kernels : new Kernels[]{EXACT, half}) {
                    Tensor x = kernels.of(u, channels, batch, length);
                    Terms terms = Terms.of(x, kernels.of(k, 2, length)).withSkip(kernels.of(skip, channels));
                    Tensor y = kernels.zeros(channels, batch, length);
                    kernels.longConvolution().forward(terms, y);
                    Tensor du = kernels.zeros(channels, batch, length);
                    kernels.longConvolution().backward(terms, x, new Gradients(du, null, null, null, null, null));
                    int at = kernels == EXACT ? 0 : 2;
                    results[at] = kernels.toDoubles(y);
                    results[at + 1] = kernels.toDoubles(du);
                }
                near(results[2], results[0], bound(precision));
                near(results[3], results[1], bound(precision));
            });
        }
    }

    /** A row of one 1 shows the kernel shifted, sums need no rounding of their own. */
    @ParameterizedTest
    @ValueSource(ints = {8192, 16_384})
    void anImpulseInALongRowGivesTheKernelShifted(int length) {
        for (ConvolutionPrecision precision : new ConvolutionPrecision[]{ConvolutionPrecision.FLOAT16, ConvolutionPrecision.BFLOAT16}) {
            Kernels half = kernels(precision, length);
            Gen.forAll(1, gen -> {
                double[] k = gen.numbers(length);
                double[] u = new double[length];
                int place = gen.between(0, length / 2);
                u[place] = 1;
                Tensor y = half.zeros(1, 1, length);
                half.longConvolution().forward(Terms.of(half.of(u, 1, 1, length), half.of(k, 1, length)), y);
                double[] expected = new double[length];
                System.arraycopy(k, 0, expected, place, length - place);
                near(half.toDoubles(y), expected, bound(precision));
            });
        }
    }

    /** Whether they are smoothed and squashed where the spectrum takes them or in memory before, taps are the same numbers. */
    @ParameterizedTest
    @CsvSource({"FLOAT16, 256", "FLOAT16, 1024", "FLOAT16, 4096", "FLOAT16, 8192", "BFLOAT16, 512", "BFLOAT16, 2048", "BFLOAT16, 16384"})
    void regularisedTapsAreThoseRegularisedBefore(ConvolutionPrecision precision, int length) {
        Kernels half = TestedKernels.with(1, ways -> ways.withPrecision(precision));
        for (int width = 0; width <= 2; width++) {
            Settings settings = new Settings(width, half.of(new double[]{0.3}, 1));
            Gen.forAll(1, gen -> {
                Tensor u = half.of(gen.numbers(length), 1, 1, length);
                Tensor k = half.of(gen.numbers(length), 1, length);
                Tensor future = gen.coin() ? half.of(gen.numbers(length), 1, length) : null;
                Terms terms = Terms.of(u, k).withBack(future).withRegularization(settings);
                Terms before = Terms.of(u, regular(half, k, settings)).withBack(future == null ? null : regular(half, future, settings));
                assertThat(forward(half, terms, length)).isEqualTo(forward(half, before, length));
            });
        }
    }

    private static Tensor regular(Kernels kernels, Tensor taps, Settings settings) {
        Tensor out = kernels.zeros(taps.shape().toArray());
        kernels.tapRegularization().forward(taps, settings, out);
        return out;
    }

    private static double[] forward(Kernels kernels, Terms terms, int length) {
        Tensor y = kernels.zeros(1, 1, length);
        kernels.longConvolution().forward(terms, y);
        return kernels.toDoubles(y);
    }
}
