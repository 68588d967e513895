package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.ShapeMismatchException;
import io.longwave.tensor.Tensor;

/** What every transform by learned block matrices must do; the float64 loops are the specification. */
public abstract class ButterflyTransformContract {
    private final ReferenceKernels exact = new ReferenceKernels();

    protected abstract Kernels kernels();

    static List<ButterflyFactors> factors() {
        return List.of(ButterflyFactors.of(2), ButterflyFactors.of(5), ButterflyFactors.of(32), ButterflyFactors.of(3, 2),
                ButterflyFactors.of(7, 5), ButterflyFactors.of(2, 31), ButterflyFactors.of(32, 8), ButterflyFactors.of(17, 9),
                ButterflyFactors.of(5, 3, 2), ButterflyFactors.of(4, 9, 7), ButterflyFactors.of(8, 4, 8), ButterflyFactors.of(3, 2, 5, 2),
                ButterflyFactors.of(4, 4, 4, 4));
    }

    /** A few units for each number that a sum adds up, relative to the largest result. */
    private void near(double[] found, double[] expected, double units) {
        double scale = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        double bound = Math.max(1e-13, kernels().roundingUnit()) * units * Math.max(scale, 1e-3);
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).as("number %d of %d", i, expected.length).isCloseTo(expected[i], Offset.offset(bound));
        }
    }

    /** Matrices away from the Fourier ones. */
    private static double[] matrices(Gen gen, ButterflyFactors factors) {
        double[] matrices = factors.fourier();
        double[] noise = gen.numbers(matrices.length);
        for (int i = 0; i < matrices.length; i++) {
            matrices[i] = (float) (matrices[i] + 0.3 * noise[i]);
        }
        return matrices;
    }

    private static double[] forward(Kernels kernels, ButterflyFactors factors, double[] matrices, double[] x, int rows, int length) {
        Tensor spectrum = kernels.zeros(2, rows, factors.length());
        kernels.fill(spectrum, Double.NaN);
        kernels.butterflyTransform().forward(factors, kernels.of(matrices, matrices.length), kernels.of(x, rows, length), spectrum);
        return kernels.toDoubles(spectrum);
    }

    @ParameterizedTest
    @MethodSource("factors")
    void withTheFourierMatricesItIsTheRightAngleTransform(ButterflyFactors factors) {
        Gen.forAll(2, gen -> {
            int n = factors.length();
            int length = gen.between(1, n);
            double[] x = gen.numbers(length);
            double[] expected = new double[2 * n];
            for (int place = 0; place < n; place++) {
                int bin = bin(factors, place);
                for (int t = 0; t < length; t++) {
                    double angle = 2 * Math.PI * ((long) t * (1 - 4L * bin) % (4L * n)) / (4.0 * n);
                    expected[place] += x[t] * Math.cos(angle);
                    expected[n + place] += x[t] * Math.sin(angle);
                }
            }
            near(forward(kernels(), factors, factors.fourier(), x, 1, length), expected, 60);
        });
    }

    /** The bin at [k1][k2] … is k1 + N1 k2 + …. */
    private static int bin(ButterflyFactors factors, int place) {
        int bin = 0;
        int below = factors.length();
        int weight = 1;
        for (int size : factors.sizes()) {
            below /= size;
            bin += weight * (place / below % size);
            weight *= size;
        }
        return bin;
    }

    @ParameterizedTest
    @MethodSource("factors")
    void withTheFourierMatricesTheAdjointOfAProductIsTheCausalConvolution(ButterflyFactors factors) {
        Gen.forAll(2, gen -> {
            Kernels kernels = kernels();
            ButterflyTransform transform = kernels.butterflyTransform();
            int n = factors.length();
            int channels = gen.between(1, 3);
            int batch = gen.between(1, 3);
            int length = gen.between(1, n);
            int taps = gen.between(1, n);
            double[] u = gen.numbers(channels * batch * length);
            double[] k = gen.numbers(channels * taps);
            Tensor expected = exact.zeros(channels, batch, length);
            exact.causalConvolution().forward(exact.of(u, channels, batch, length), exact.of(k, channels, taps), expected, false);
            Tensor fourier = kernels.of(factors.fourier(), factors.numbers());
            Tensor a = kernels.zeros(2, channels * batch, n);
            transform.forward(factors, fourier, kernels.of(u, channels * batch, length), a);
            Tensor b = kernels.zeros(2, channels, n);
            transform.forward(factors, fourier, kernels.of(k, channels, taps), b);
            transform.multiply(a, b, false, a);
            Tensor y = kernels.zeros(channels * batch, length);
            transform.adjoint(factors, kernels.of(factors.inverse(), factors.numbers()), a, y, false);
            // Rounding is relative to the norms of both, of which a short result may have little.
            double[] found = kernels.toDoubles(y);
            double[] wanted = exact.toDoubles(expected);
            double bound = Math.max(1e-13, kernels.roundingUnit()) * 60 * norm(u) * norm(k);
            for (int i = 0; i < wanted.length; i++) {
                assertThat(found[i]).isCloseTo(wanted[i], Offset.offset(bound));
            }
        });
    }

    private static double norm(double[] x) {
        return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
    }

    @ParameterizedTest
    @MethodSource("factors")
    void withAnyMatricesItIsTheStagesOfTheFloat64LoopsWithTheirGradients(ButterflyFactors factors) {
        Gen.forAll(3, gen -> {
            int n = factors.length();
            int rows = gen.between(1, 40);
            int length = gen.coin() ? n : gen.between(1, n);
            double[] matrices = matrices(gen, factors);
            double[] x = gen.numbers(rows * length);
            double[] w = gen.numbers(2 * rows * n);
            double[] dx = gen.numbers(rows * length);
            double[] df = gen.numbers(factors.numbers());
            near(forward(kernels(), factors, matrices, x, rows, length), forward(exact, factors, matrices, x, rows, length), 120);
            double[][] expected = gradients(exact, factors, matrices, x, w, rows, length, dx, df);
            double[][] found = gradients(kernels(), factors, matrices, x, w, rows, length, dx, df);
            for (int i = 0; i < expected.length; i++) {
                near(found[i], expected[i], 240);
            }
        });
    }

    /** More rows than are summed in one go anywhere. */
    @Test
    void gradientsOfMatricesAreSumsOverAllRows() {
        Gen.forAll(1, gen -> {
            ButterflyFactors factors = ButterflyFactors.of(16, 8);
            int rows = 170;
            double[] matrices = matrices(gen, factors);
            double[] x = gen.numbers(rows * 100);
            double[] w = gen.numbers(2 * rows * 128);
            double[][] expected = gradients(exact, factors, matrices, x, w, rows, 100, new double[x.length], new double[matrices.length]);
            double[][] found = gradients(kernels(), factors, matrices, x, w, rows, 100, new double[x.length], new double[matrices.length]);
            near(found[5], expected[5], 240);
            near(found[2], expected[2], 240);
        });
    }

    /** Adjoint overwritten and added to, both gradients overwritten and added to, and the gradient of the matrices alone. */
    private static double[][] gradients(Kernels kernels, ButterflyFactors factors, double[] matrices, double[] x, double[] w, int rows,
            int length, double[] dx, double[] df) {
        ButterflyTransform transform = kernels.butterflyTransform();
        Tensor f = kernels.of(matrices, matrices.length);
        Tensor spectrum = kernels.of(w, 2, rows, factors.length());
        Tensor rowsOfX = kernels.of(x, rows, length);
        Tensor over = kernels.zeros(rows, length);
        kernels.fill(over, Double.NaN);
        transform.adjoint(factors, f, spectrum, over, false);
        Tensor added = kernels.of(dx, rows, length);
        transform.adjoint(factors, f, spectrum, added, true);
        Tensor overToo = kernels.zeros(rows, length);
        kernels.fill(overToo, Double.NaN);
        Tensor dfAdded = kernels.of(df, df.length);
        transform.backward(factors, f, rowsOfX, spectrum, overToo, false, dfAdded);
        Tensor addedToo = kernels.of(dx, rows, length);
        Tensor dfAlone = kernels.zeros(df.length);
        transform.backward(factors, f, rowsOfX, spectrum, addedToo, true, dfAlone);
        Tensor dfWithoutX = kernels.zeros(df.length);
        transform.backward(factors, f, rowsOfX, spectrum, null, false, dfWithoutX);
        assertThat(kernels.toDoubles(dfWithoutX)).isEqualTo(kernels.toDoubles(dfAlone));
        return new double[][]{kernels.toDoubles(over), kernels.toDoubles(added), kernels.toDoubles(overToo), kernels.toDoubles(addedToo),
                kernels.toDoubles(dfAdded), kernels.toDoubles(dfAlone)};
    }

    /** Σ w · S is linear in every number, so central differences have no error but rounding. */
    @ParameterizedTest
    @MethodSource("factors")
    void gradientsMatchCentralDifferences(ButterflyFactors factors) {
        Gen.forAll(1, gen -> {
            int rows = 2;
            int length = Math.max(1, factors.length() - 1);
            double[] matrices = matrices(gen, factors);
            double[] x = gen.numbers(rows * length);
            double[] w = gen.numbers(2 * rows * factors.length());
            double[][] found = gradients(kernels(), factors, matrices, x, w, rows, length, new double[x.length],
                    new double[matrices.length]);
            compare(found[2], x, gen, () -> dot(w, forward(exact, factors, matrices, x, rows, length)));
            compare(found[5], matrices, gen, () -> dot(w, forward(exact, factors, matrices, x, rows, length)));
        });
    }

    private void compare(double[] gradient, double[] values, Gen gen, java.util.function.DoubleSupplier loss) {
        double scale = Arrays.stream(gradient).map(Math::abs).max().orElse(0);
        double bound = Math.max(1e-9, kernels().roundingUnit() * 240) * Math.max(1, scale);
        for (int s = 0; s < 16; s++) {
            int i = gen.between(0, values.length - 1);
            double keep = values[i];
            values[i] = keep + 0.5;
            double up = loss.getAsDouble();
            values[i] = keep - 0.5;
            double down = loss.getAsDouble();
            values[i] = keep;
            assertThat(gradient[i]).as("gradient %d", i).isCloseTo(up - down, Offset.offset(bound));
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void productsOfABatchWithItsChannelsAndTheirGradientsAreThoseOfComplexNumbers() {
        Gen.forAll(12, gen -> {
            int channels = gen.between(1, 4);
            int rows = channels * gen.between(1, 5);
            int n = gen.between(1, 70);
            double[] a = gen.numbers(2 * rows * n);
            double[] c = gen.numbers(2 * rows * n);
            double[] k = gen.numbers(2 * channels * n);
            double[][] expected = products(exact, a, c, k, channels, rows, n);
            double[][] found = products(kernels(), a, c, k, channels, rows, n);
            for (int i = 0; i < expected.length; i++) {
                near(found[i], expected[i], 16);
            }
            // (p + qi)(r + si) by hand, once
            int batch = rows / channels;
            int last = rows * n - 1;
            int lastK = last / (batch * n) * n + n - 1;
            double imaginary = a[last] * k[channels * n + lastK] + a[rows * n + last] * k[lastK];
            assertThat(found[0][rows * n + last]).isCloseTo(imaginary,
                    Offset.offset(1e-12 + kernels().roundingUnit() * 4 * (1 + Math.abs(a[last] * k[channels * n + lastK])
                            + Math.abs(a[rows * n + last] * k[lastK]))));
        });
    }

    private static double[][] products(Kernels kernels, double[] a, double[] c, double[] k, int channels, int rows, int n) {
        ButterflyTransform transform = kernels.butterflyTransform();
        Tensor left = kernels.of(a, 2, rows, n);
        Tensor right = kernels.of(k, 2, channels, n);
        Tensor plain = kernels.zeros(2, rows, n);
        transform.multiply(left, right, false, plain);
        Tensor inPlace = kernels.of(a, 2, rows, n);
        transform.multiply(inPlace, right, true, inPlace);
        Tensor sums = kernels.zeros(2, channels, n);
        kernels.fill(sums, Double.NaN);
        transform.correlate(left, kernels.of(c, 2, rows, n), sums);
        return new double[][]{kernels.toDoubles(plain), kernels.toDoubles(inPlace), kernels.toDoubles(sums)};
    }

    @Test
    void factorsCoverALengthWithFewAndEqualSizes() {
        assertThat(ButterflyFactors.covering(1).sizes()).containsExactly(2);
        assertThat(ButterflyFactors.covering(32).sizes()).containsExactly(32);
        assertThat(ButterflyFactors.covering(33).sizes()).containsExactly(6, 6);
        assertThat(ButterflyFactors.covering(96).sizes()).containsExactly(10, 10);
        assertThat(ButterflyFactors.covering(1024).sizes()).containsExactly(32, 32);
        assertThat(ButterflyFactors.covering(4096).sizes()).containsExactly(16, 16, 16);
        assertThat(ButterflyFactors.covering(1 << 20).sizes()).containsExactly(32, 32, 32, 32);
        for (int length = 1; length < 3000; length++) {
            assertThat(ButterflyFactors.covering(length).length()).isGreaterThanOrEqualTo(length);
        }
    }

    @Test
    void whatDoesNotFitTheFactorsIsRefusedWithBothSizes() {
        Kernels kernels = kernels();
        ButterflyTransform transform = kernels.butterflyTransform();
        ButterflyFactors factors = ButterflyFactors.of(3, 2);
        assertThatThrownBy(() -> ButterflyFactors.of(3, 33)).hasMessage("butterfly: expected 1 to 4 factors from 2 to 32 but was [3, 33]");
        assertThatThrownBy(() -> ButterflyFactors.covering((1 << 20) + 1))
                .hasMessage("butterfly: expected rows of at most 1048576 numbers but was 1048577");
        assertThatThrownBy(() -> transform.forward(factors, kernels.zeros(25), kernels.zeros(1, 6), kernels.zeros(2, 1, 6)))
                .isInstanceOf(ShapeMismatchException.class).hasMessage("matrices: expected [26] but was [25]");
        assertThatThrownBy(() -> transform.forward(factors, kernels.zeros(26), kernels.zeros(1, 7), kernels.zeros(2, 1, 6)))
                .hasMessage("x: expected rows of at most 6 numbers for factors [3, 2] but was [1, 7]");
        assertThatThrownBy(() -> transform.adjoint(factors, kernels.zeros(26), kernels.zeros(2, 2, 6), kernels.zeros(1, 6), false))
                .isInstanceOf(ShapeMismatchException.class).hasMessage("spectrum: expected [2, 1, 6] but was [2, 2, 6]");
        assertThatThrownBy(() -> transform.multiply(kernels.zeros(2, 5, 6), kernels.zeros(2, 2, 6), false, kernels.zeros(2, 5, 6)))
                .hasMessage("a: expected a multiple of 2 rows but was [2, 5, 6]");
        assertThatThrownBy(() -> transform.correlate(kernels.zeros(2, 4, 6), kernels.zeros(2, 3, 6), kernels.zeros(2, 2, 6)))
                .isInstanceOf(ShapeMismatchException.class).hasMessage("c: expected [2, 4, 6] but was [2, 3, 6]");
    }
}
