package io.longwave.kernel.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.longwave.kernel.CausalConvolution;
import io.longwave.kernel.CausalConvolution.Extent;
import io.longwave.kernel.Gen;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.tensor.Tensor;

/** Each way of a causal convolution by itself, whatever the sizes; the choice among them by sizes. */
class SimdCausalConvolutionTest {
    private static final Kernels EXACT = new ReferenceKernels();
    private static final Kernels SIMD = new SimdKernels(2);

    private static CausalConvolution convolution(ConvolutionWay way, int threads) {
        WorkPool pool = new WorkPool(threads);
        return new SimdCausalConvolution(pool, ThreadLocal.withInitial(Scratch::new),
                new SpectralConvolution(pool, new TransformPlans()), (_, _, _) -> way);
    }

    @ParameterizedTest
    @EnumSource
    void everyWayEqualsPlainSumsWithItsGradients(ConvolutionWay way) {
        CausalConvolution convolution = convolution(way, 2);
        Gen.forAll(30, gen -> {
            int rows = gen.between(1, 4);
            int variates = gen.between(1, 3);
            int channels = rows * variates * gen.between(1, 2);
            if (gen.coin()) {
                rows = channels;
            }
            int batch = gen.between(1, 10);
            int length = gen.between(1, gen.coin() ? 20 : 300);
            int taps = gen.between(1, length + 3);
            boolean accumulate = gen.coin();
            double[] u = gen.numbers(variates * batch * length);
            double[] k = gen.numbers(rows * taps);
            double[] dy = gen.numbers(channels * batch * length);
            double[][] expected = run(EXACT, EXACT.causalConvolution(), variates, channels, batch, length, taps, u, k, dy, accumulate);
            double[][] found = run(SIMD, convolution, variates, channels, batch, length, taps, u, k, dy, accumulate);
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

    private static double[][] run(Kernels kernels, CausalConvolution convolution, int variates, int channels, int batch, int length,
            int taps, double[] u, double[] k, double[] dy, boolean accumulate) {
        Tensor input = kernels.of(u, variates, batch, length);
        Tensor kernel = kernels.of(k, k.length / taps, taps);
        Tensor gradient = kernels.of(dy, channels, batch, length);
        Tensor y = kernels.of(dy, channels, batch, length);
        convolution.forward(input, kernel, y, accumulate);
        Tensor du = kernels.of(u, variates, batch, length);
        convolution.inputGradient(gradient, kernel, du, accumulate);
        Tensor dk = kernels.of(k, k.length / taps, taps);
        convolution.kernelGradient(input, gradient, dk, accumulate);
        return new double[][]{kernels.toDoubles(y), kernels.toDoubles(du), kernels.toDoubles(dk)};
    }

    @ParameterizedTest
    @EnumSource
    void theNumberOfThreadsDoesNotChangeABit(ConvolutionWay way) {
        Gen.forAll(3, gen -> {
            int length = gen.between(300, 700);
            double[] u = gen.numbers(2 * 9 * length);
            double[] k = gen.numbers(2 * 40);
            double[] dy = gen.numbers(2 * 9 * length);
            double[][] first = run(SIMD, convolution(way, 1), 2, 2, 9, length, 40, u, k, dy, false);
            for (int threads = 2; threads <= 4; threads++) {
                assertThat(run(SIMD, convolution(way, threads), 2, 2, 9, length, 40, u, k, dy, false)).isDeepEqualTo(first);
            }
        });
    }

    @Test
    void fewTapsGoDirectlyShortRowsAsAProductAndLongRowsThroughTransforms() {
        assertThat(ConvolutionWay.fastest(new Extent(64, 64, 8, 4096), 4, 1)).isEqualTo(ConvolutionWay.DIRECT);
        assertThat(ConvolutionWay.fastest(new Extent(64, 64, 16, 96), 96, 1)).isEqualTo(ConvolutionWay.GEMM);
        assertThat(ConvolutionWay.fastest(new Extent(64, 64, 8, 4096), 4096, 1)).isEqualTo(ConvolutionWay.SPECTRAL);
        assertThat(ConvolutionWay.fastest(new Extent(64, 64, 1, 100_000), 4096, 1)).isEqualTo(ConvolutionWay.SPECTRAL);
    }
}
