package io.longwave.kernel.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.cuda.ShimDevice;
import io.longwave.kernel.CausalConvolution;
import io.longwave.kernel.Gen;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.Tensor;

/** Sum by sum whatever the number of taps, by transforms whatever it is, and by the one that fits. */
class CudaCausalConvolutionTest {
    private static final Kernels EXACT = new ReferenceKernels();

    @ParameterizedTest
    @ValueSource(ints = {1000, 0, RowConvolution.DIRECT_TAPS})
    void everyWayEqualsPlainSumsWithItsGradients(int directTaps) {
        Kernels kernels = TestedKernels.with(ShimDevice.ALL_ORDERS, ways -> ways.withLimits(1024, directTaps, 1 << 20));
        Gen.forAll(20, gen -> {
            int rows = gen.between(1, 4);
            int variates = gen.between(1, 3);
            int channels = rows * variates * gen.between(1, 2);
            if (gen.coin()) {
                rows = channels;
            }
            int batch = gen.between(1, 10);
            int length = gen.between(1, gen.coin() ? 20 : 700);
            int taps = gen.between(1, gen.coin() ? length + 3 : 9);
            boolean accumulate = gen.coin();
            double[] u = gen.numbers(variates * batch * length);
            double[] k = gen.numbers(rows * taps);
            double[] dy = gen.numbers(channels * batch * length);
            double[] skip = gen.numbers(channels);
            double[][] expected = run(EXACT, variates, channels, batch, length, taps, u, k, dy, skip, accumulate);
            double[][] found = run(kernels, variates, channels, batch, length, taps, u, k, dy, skip, accumulate);
            for (int i = 0; i < expected.length; i++) {
                double largest = Arrays.stream(expected[i]).map(Math::abs).max().orElse(0);
                // one rounding per product of a sum of random signs, and 40 for the passes of a transform there and back
                double bound = 0x1p-24 * (40 + 2 * Math.sqrt(batch * length)) * Math.max(1, largest);
                for (int n = 0; n < expected[i].length; n++) {
                    assertThat(found[i][n]).as("result %d, number %d", i, n).isCloseTo(expected[i][n], Offset.offset(bound));
                }
            }
        });
    }

    private static double[][] run(Kernels kernels, int variates, int channels, int batch, int length, int taps, double[] u, double[] k,
            double[] dy, double[] skip, boolean accumulate) {
        CausalConvolution convolution = kernels.causalConvolution();
        Tensor input = kernels.of(u, variates, batch, length);
        Tensor kernel = kernels.of(k, k.length / taps, taps);
        Tensor gradient = kernels.of(dy, channels, batch, length);
        Tensor factors = kernels.of(skip, channels);
        Tensor y = kernels.of(dy, channels, batch, length);
        convolution.forward(input, kernel, y, accumulate);
        Tensor du = kernels.of(u, variates, batch, length);
        convolution.inputGradient(gradient, kernel, du, accumulate);
        Tensor dk = kernels.of(k, k.length / taps, taps);
        convolution.kernelGradient(input, gradient, dk, accumulate);
        Tensor scaled = kernels.of(dy, channels, batch, length);
        convolution.addScaled(input, factors, scaled);
        Tensor dSkip = kernels.of(skip, channels);
        convolution.skipGradient(input, gradient, dSkip);
        Tensor duSkip = kernels.of(u, variates, batch, length);
        convolution.addScaledInputGradient(gradient, factors, duSkip);
        return new double[][]{kernels.toDoubles(y), kernels.toDoubles(du), kernels.toDoubles(dk), kernels.toDoubles(scaled),
                kernels.toDoubles(dSkip), kernels.toDoubles(duSkip)};
    }
}
