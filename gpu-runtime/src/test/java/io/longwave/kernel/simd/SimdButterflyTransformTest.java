package io.longwave.kernel.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import io.longwave.kernel.ButterflyFactors;
import io.longwave.kernel.ButterflyTransformContract;
import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

class SimdButterflyTransformTest extends ButterflyTransformContract {
    private static final Kernels SHARED = new SimdKernels(2);

    @Override
    protected Kernels kernels() {
        return SHARED;
    }

    @Test
    void gradientsDoNotDependOnTheNumberOfThreads() {
        assertThat(gradients(new SimdKernels(3))).isEqualTo(gradients(new SimdKernels(1)));
    }

    private static float[][] gradients(Kernels kernels) {
        ButterflyFactors factors = ButterflyFactors.of(8, 5, 6);
        int rows = 37;
        double[] numbers = new SplittableRandom(1).doubles(3L * rows * factors.length(), -1, 1).toArray();
        Tensor x = kernels.of(Arrays.copyOf(numbers, rows * 200), rows, 200);
        Tensor gradient = kernels.of(Arrays.copyOfRange(numbers, rows * factors.length(), numbers.length), 2, rows, factors.length());
        Tensor dx = kernels.zeros(rows, 200);
        Tensor df = kernels.zeros(factors.numbers());
        kernels.butterflyTransform().backward(factors, kernels.of(factors.fourier(), factors.numbers()), x, gradient, dx, false, df);
        return new float[][]{kernels.toFloats(dx), kernels.toFloats(df)};
    }
}
