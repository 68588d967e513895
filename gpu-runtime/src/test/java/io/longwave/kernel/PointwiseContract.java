package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.longwave.kernel.Pointwise.Function;
import io.longwave.tensor.ShapeMismatchException;
import io.longwave.tensor.Tensor;

public abstract class PointwiseContract extends KernelComparison {
    private static final int[] SIZES = {1, 7, 8, 9, 15, 16, 17, 100, (1 << 14) + 3};

    @ParameterizedTest
    @EnumSource(Function.class)
    void functionsOfAnySizeEqualTheirFormulaWithTheirSlope(Function function) {
        Gen.forAll(SIZES.length, gen -> {
            int size = SIZES[gen.between(0, SIZES.length - 1)];
            double[] x = gen.numbers(size);
            double[] w = gen.numbers(size);
            boolean accumulate = gen.coin();
            agrees(kernels -> {
                Tensor xT = kernels.of(x, size);
                Tensor y = kernels.zeros(size);
                kernels.pointwise().forward(function, xT, y);
                Tensor dx = kernels.of(w, size);
                kernels.pointwise().backward(function, xT, kernels.of(w, size), dx, accumulate);
                kernels.pointwise().forward(function, xT, xT); // in place
                return new double[][]{values(kernels, y), values(kernels, dx), values(kernels, xT)};
            }, 4);
        });
    }

    @ParameterizedTest
    @EnumSource(Function.class)
    void slopesMatchFiniteDifferences(Function function) {
        Gen.forAll(4, gen -> {
            double[] x = gen.numbers(33);
            double[] w = gen.numbers(33);
            Tensor dx = kernels().zeros(33);
            kernels().pointwise().backward(function, kernels().of(x, 33), kernels().of(w, 33), dx, false);
            near(values(kernels(), dx), difference((kernels, inputs) -> {
                Tensor y = kernels.zeros(33);
                kernels.pointwise().forward(function, kernels.of(inputs[0], 33), y);
                return values(kernels, y);
            }, 0, w, x), 8);
        });
    }

    @ParameterizedTest
    @EnumSource(Function.class)
    void largeInputsGiveTheLimitsAndNothingThatIsNoNumber(Function function) {
        Kernels kernels = kernels();
        Tensor y = kernels.zeros(2);
        Tensor dx = kernels.zeros(2);
        Tensor x = kernels.of(new double[]{-80, 80}, 2);
        kernels.pointwise().forward(function, x, y);
        kernels.pointwise().backward(function, x, kernels.of(new double[]{1, 1}, 2), dx, false);
        assertThat(values(kernels, y)).doesNotContain(Double.NaN);
        assertThat(values(kernels, dx)).doesNotContain(Double.NaN);
        if (function == Function.SOFTPLUS || function == Function.SILU || function == Function.GELU) {
            assertThat(values(kernels, y)[0]).isCloseTo(0, within(1e-30));
            assertThat(values(kernels, y)[1]).isEqualTo(80);
        }
    }

    @Test
    void productsSumsAndSquaresAreTakenElementByElement() {
        Gen.forAll(6, gen -> {
            int size = SIZES[gen.between(0, SIZES.length - 1)];
            double[] a = gen.numbers(size);
            double[] b = gen.numbers(size);
            boolean accumulate = gen.coin();
            agrees(kernels -> {
                Tensor out = kernels.of(b, size);
                kernels.pointwise().multiply(kernels.of(a, size), kernels.of(b, size), out, accumulate);
                Tensor sum = kernels.of(b, size);
                kernels.pointwise().addScaled(-0.75, kernels.of(a, size), sum);
                Tensor scaled = kernels.of(a, size);
                kernels.pointwise().scale(1.5, scaled);
                return new double[][]{values(kernels, out), values(kernels, sum), values(kernels, scaled),
                        {kernels.pointwise().sumOfSquares(kernels.of(a, size))}};
            }, 4);
        });
    }

    @Test
    void tensorsOfOtherShapesAreRefused() {
        Kernels kernels = kernels();
        assertThatThrownBy(() -> kernels.pointwise().forward(Function.EXP, kernels.zeros(2, 3), kernels.zeros(3, 2)))
                .isInstanceOf(ShapeMismatchException.class).hasMessage("tensor beside [2, 3]: expected [2, 3] but was [3, 2]");
    }
}
