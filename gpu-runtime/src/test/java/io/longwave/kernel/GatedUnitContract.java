package io.longwave.kernel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.tensor.Tensor;

public abstract class GatedUnitContract extends KernelComparison {

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 15, 16, 17, 100, 6000})
    void unitsOfAnySizeEqualTheirFormulaWithTheirGradient(int positions) {
        Gen.forAll(3, gen -> {
            int channels = gen.between(1, 5);
            double[] x = gen.numbers(2 * channels * positions);
            double[] y = gen.numbers(channels * positions);
            boolean accumulate = gen.coin();
            agrees(kernels -> {
                Tensor xT = kernels.of(x, 2 * channels, positions);
                Tensor yT = kernels.of(y, channels, positions);
                kernels.gatedUnit().forward(xT, yT, accumulate);
                Tensor dx = kernels.of(x, 2 * channels, positions);
                kernels.gatedUnit().backward(xT, kernels.of(y, channels, positions), dx, accumulate);
                return new double[][]{values(kernels, yT), values(kernels, dx)};
            }, 4);
        });
    }

    @Test
    void gradientsMatchFiniteDifferences() {
        Gen.forAll(4, gen -> {
            double[] x = gen.numbers(4 * 9);
            double[] w = gen.numbers(2 * 9);
            Tensor dx = kernels().zeros(4, 9);
            kernels().gatedUnit().backward(kernels().of(x, 4, 9), kernels().of(w, 2, 9), dx, false);
            near(values(kernels(), dx), difference((kernels, inputs) -> {
                Tensor y = kernels.zeros(2, 9);
                kernels.gatedUnit().forward(kernels.of(inputs[0], 4, 9), y, false);
                return values(kernels, y);
            }, 0, w, x), 8);
        });
    }
}
