package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.ShapeMismatchException;
import io.longwave.tensor.Tensor;

/** What every Fourier transform must do; the sums of the float64 loops are the specification. */
public abstract class FourierTransformContract {
    private final ReferenceKernels exact = new ReferenceKernels();

    protected abstract Kernels kernels();

    /**
     * Rounding of a transform is relative to the norm of the row: each of the log N levels adds a unit or two, and a chirp goes there and
     * back over four times the size.
     */
    private void near(Tensor found, double[] expected, int n, double norm) {
        double bound = Math.max(1e-12, kernels().roundingUnit() * (16 + 4 * Math.log(n))) * Math.max(1, norm);
        double[] values = kernels().toDoubles(found);
        assertThat(values).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(values[i]).as("number %d of %d", i, expected.length).isCloseTo(expected[i], Offset.offset(bound));
        }
    }

    private static double norm(double[]... parts) {
        double sum = 0;
        for (double[] part : parts) {
            sum += Arrays.stream(part).map(v -> v * v).sum();
        }
        return Math.sqrt(sum);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 64, 100, 128, 255, 256, 257, 360, 512, 600, 768, 1000, 1024, 1536})
    void transformsOfAnyLengthEqualTheirSums(int n) {
        Gen.forAll(2, gen -> {
            int rows = gen.between(1, 3);
            double[] re = gen.numbers(rows * n);
            double[] im = gen.numbers(rows * n);
            double norm = norm(re, im);
            Tensor expectedRe = exact.zeros(rows, n);
            Tensor expectedIm = exact.zeros(rows, n);
            Kernels kernels = kernels();
            Tensor foundRe = kernels.zeros(rows, n);
            Tensor foundIm = kernels.zeros(rows, n);

            exact.fourierTransform().forward(exact.of(re, rows, n), exact.of(im, rows, n), expectedRe, expectedIm);
            kernels.fourierTransform().forward(kernels.of(re, rows, n), kernels.of(im, rows, n), foundRe, foundIm);
            near(foundRe, exact.toDoubles(expectedRe), n, norm);
            near(foundIm, exact.toDoubles(expectedIm), n, norm);

            exact.fourierTransform().inverse(exact.of(re, rows, n), exact.of(im, rows, n), expectedRe, expectedIm);
            kernels.fourierTransform().inverse(kernels.of(re, rows, n), kernels.of(im, rows, n), foundRe, foundIm);
            near(foundRe, exact.toDoubles(expectedRe), n, norm / n);
            near(foundIm, exact.toDoubles(expectedIm), n, norm / n);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 9, 16, 33, 100, 256, 333, 512, 768, 1000, 2048})
    void realTransformsAreTheHalfOfTheComplexOnesWithTheirGradients(int n) {
        Gen.forAll(2, gen -> {
            int rows = gen.between(1, 3);
            int bins = n / 2 + 1;
            double[] x = gen.numbers(rows * n);
            double[] re = gen.numbers(rows * bins);
            double[] im = gen.numbers(rows * bins);
            double[][] expected = real(exact, rows, n, x, re, im);
            double[][] found = real(kernels(), rows, n, x, re, im);
            double[] norms = {norm(x), norm(x), norm(re, im) / n, norm(re, im), norm(x) / n, norm(x) / n};
            for (int i = 0; i < expected.length; i++) {
                near(kernels().of(found[i], found[i].length), expected[i], n, 2 * norms[i]);
            }
        });
    }

    private static double[][] real(Kernels kernels, int rows, int n, double[] x, double[] re, double[] im) {
        FourierTransform transform = kernels.fourierTransform();
        int bins = n / 2 + 1;
        Tensor xTensor = kernels.of(x, rows, n);
        Tensor reTensor = kernels.of(re, rows, bins);
        Tensor imTensor = kernels.of(im, rows, bins);
        Tensor outRe = kernels.zeros(rows, bins);
        Tensor outIm = kernels.zeros(rows, bins);
        transform.forwardReal(xTensor, outRe, outIm);
        Tensor y = kernels.zeros(rows, n);
        transform.inverseReal(reTensor, imTensor, y);
        Tensor dx = kernels.zeros(rows, n);
        transform.forwardRealGradient(reTensor, imTensor, dx);
        Tensor dRe = kernels.zeros(rows, bins);
        Tensor dIm = kernels.zeros(rows, bins);
        transform.inverseRealGradient(xTensor, dRe, dIm);
        return new double[][]{kernels.toDoubles(outRe), kernels.toDoubles(outIm), kernels.toDoubles(y), kernels.toDoubles(dx),
                kernels.toDoubles(dRe), kernels.toDoubles(dIm)};
    }

    /** Every form is linear, so a gradient is right when ⟨w, F x⟩ = ⟨F' w, x⟩ for random w and x. */
    @Test
    void gradientsAreTheTransposedMaps() {
        Gen.forAll(12, gen -> {
            int n = gen.between(1, 40);
            int bins = n / 2 + 1;
            double[] x = gen.numbers(n);
            double[] re = gen.numbers(bins);
            double[] im = gen.numbers(bins);
            double[][] maps = real(kernels(), 1, n, x, re, im);
            double bound = Math.max(1e-12, kernels().roundingUnit() * 64) * n * 10;
            assertThat(dot(maps[0], re) + dot(maps[1], im)).isCloseTo(dot(maps[3], x), Offset.offset(bound));
            assertThat(dot(maps[2], x)).isCloseTo(dot(maps[4], re) + dot(maps[5], im), Offset.offset(bound));
        });
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void aRowTransformedInItsOwnPlaceComesBack() {
        Gen.forAll(4, gen -> {
            Kernels kernels = kernels();
            int n = gen.between(1, 700);
            double[] x = gen.numbers(2 * n);
            Tensor re = kernels.of(x, 2, n);
            Tensor im = kernels.zeros(2, n);
            kernels.fourierTransform().forward(re, im, re, im);
            kernels.fourierTransform().inverse(re, im, re, im);
            near(re, x, n, Math.sqrt(n) / 4);
            near(im, new double[2 * n], n, Math.sqrt(n) / 4);
        });
    }

    /** One number at place 1 turns once around: bin k is exp(−2πi k/N). Long rows show whether the factors are accurate. */
    @ParameterizedTest
    @ValueSource(ints = {8192, 12_288, 10_007})
    void binsOfALongRowAreInNaturalOrder(int n) {
        Kernels kernels = kernels();
        double[] x = new double[n];
        x[1] = 1;
        Tensor re = kernels.zeros(1, n / 2 + 1);
        Tensor im = kernels.zeros(1, n / 2 + 1);
        kernels.fourierTransform().forwardReal(kernels.of(x, 1, n), re, im);
        double[] cosines = new double[n / 2 + 1];
        double[] sines = new double[n / 2 + 1];
        for (int k = 0; k < cosines.length; k++) {
            cosines[k] = Math.cos(2 * Math.PI * k / n);
            sines[k] = -Math.sin(2 * Math.PI * k / n);
        }
        near(re, cosines, n, 1);
        near(im, sines, n, 1);
    }

    @Test
    void binsOfTheWrongNumberAreRefusedWithBothShapes() {
        Kernels kernels = kernels();
        assertThatThrownBy(
                () -> kernels.fourierTransform().forwardReal(kernels.zeros(2, 10), kernels.zeros(2, 6), kernels.zeros(2, 5)))
                .isInstanceOf(ShapeMismatchException.class).hasMessage("im: expected [2, 6] but was [2, 5]");
        assertThatThrownBy(() -> kernels.fourierTransform().inverseReal(kernels.zeros(2, 1), kernels.zeros(2, 1), kernels.zeros(2, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("x: expected rows of at least one number but was [2, 0]");
    }
}
