package io.longwave.ssm.longconv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.ButterflyFactors;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.kernel.simd.SimdKernels;
import io.longwave.ssm.golden.GoldenCase;
import io.longwave.tensor.Tensor;

/** The butterfly at its Fourier matrices against the factors, the spectra and the convolutions of another program. */
class ButterflyGoldenTest {

    @ParameterizedTest
    @ValueSource(strings = {"longconv-rightangle-8x8", "longconv-rightangle-16x16"})
    void rightAngleSpectraAndConvolutionsAreThoseOfTheCase(String name) {
        GoldenCase golden = GoldenCase.read(Path.of("src/test/resources/golden", name + ".json"));
        ButterflyFactors factors = ButterflyFactors.of(golden.configInt("N1"), golden.configInt("N2"));
        int n = factors.length();
        double[] k = golden.input("k").data();
        double[] u = golden.input("u").data();
        double[] dy = golden.input("dy").data();
        int rows = u.length / n;
        for (Kernels kernels : List.of(new ReferenceKernels(), new SimdKernels(1))) {
            double bound = Math.max(1e-12, 2e-5 * kernels.roundingUnit() / 0x1p-24); // the makers' bound for float32
            var transform = kernels.butterflyTransform();
            Tensor fourier = kernels.of(factors.fourier(), factors.numbers());
            Tensor inverse = kernels.of(factors.inverse(), factors.numbers());
            Tensor input = kernels.zeros(2, rows, n);
            transform.forward(factors, fourier, kernels.of(u, rows, n), input);
            double[] spectrum = kernels.toDoubles(input);
            double[] pairs = new double[2 * n];
            for (int i = 0; i < n; i++) {
                pairs[2 * i] = spectrum[i];
                pairs[2 * i + 1] = spectrum[rows * n + i];
            }
            near(pairs, output(golden, "stage3_row0"), bound);

            Tensor kernel = kernels.zeros(2, 1, n);
            transform.forward(factors, fourier, kernels.of(k, 1, n), kernel);
            Tensor product = kernels.zeros(2, rows, n);
            Tensor y = kernels.zeros(rows, n);
            transform.multiply(input, kernel, false, product);
            transform.adjoint(factors, inverse, product, y, false);
            near(kernels.toDoubles(y), output(golden, "y"), bound);

            transform.forward(factors, inverse, kernels.of(dy, rows, n), product);
            Tensor kernelGradient = kernels.zeros(2, 1, n);
            transform.correlate(product, input, kernelGradient);
            Tensor dk = kernels.zeros(1, n);
            transform.adjoint(factors, fourier, kernelGradient, dk, false);
            near(kernels.toDoubles(dk), output(golden, "dk"), 5 * bound);
            transform.multiply(product, kernel, true, product);
            transform.adjoint(factors, fourier, product, y, false);
            near(kernels.toDoubles(y), output(golden, "du"), 5 * bound);
        }
    }

    private static double[] output(GoldenCase golden, String key) {
        return Objects.requireNonNull(golden.section("outputs").get(key), key).data();
    }

    private static void near(double[] found, double[] expected, double bound) {
        double scale = 1;
        for (double value : expected) {
            scale = Math.max(scale, Math.abs(value));
        }
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("number %d", i).isCloseTo(expected[i], within(bound * scale));
        }
    }
}
