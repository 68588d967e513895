package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.tensor.ShapeMismatchException;
import io.longwave.tensor.Tensor;

public abstract class ChannelLinearContract extends KernelComparison {

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 15, 16, 17, 48, 100, 1007, 1008, 1009, 20_000})
    void layersOfAnySizeEqualPlainSumsWithTheirGradients(int positions) {
        Gen.forAll(3, gen -> {
            int channels = gen.between(1, 11);
            int outputs = gen.between(1, 19);
            boolean accumulate = gen.coin();
            boolean biased = gen.coin();
            double[] x = gen.numbers(channels * positions);
            double[] w = gen.numbers(outputs * channels);
            double[] bias = gen.numbers(outputs);
            double[] y = gen.numbers(outputs * positions);
            agrees(kernels -> {
                Tensor xT = kernels.of(x, channels, positions);
                Tensor wT = kernels.of(w, outputs, channels);
                Tensor out = kernels.of(y, outputs, positions);
                kernels.channelLinear().forward(xT, wT, biased ? kernels.of(bias, outputs) : null, out, accumulate);
                Tensor dx = kernels.of(x, channels, positions);
                Tensor dw = kernels.of(w, outputs, channels);
                Tensor db = kernels.of(bias, outputs);
                Tensor dy = kernels.of(y, outputs, positions);
                kernels.channelLinear().backward(xT, wT, dy, dx, accumulate, dw, biased ? db : null);
                kernels.channelLinear().backward(xT, wT, dy, null, false, dw, biased ? db : null); // adds again
                return new double[][]{values(kernels, out), values(kernels, dx), values(kernels, dw), values(kernels, db)};
            }, 20 + (int) Math.sqrt(positions)); // roundings of long sums go in all directions
        });
    }

    @Test
    void gradientsMatchFiniteDifferences() {
        Gen.forAll(4, gen -> {
            double[] x = gen.numbers(3 * 5);
            double[] w = gen.numbers(2 * 3);
            double[] bias = gen.numbers(2);
            double[] weight = gen.numbers(2 * 5);
            Forward forward = (kernels, inputs) -> {
                Tensor y = kernels.zeros(2, 5);
                kernels.channelLinear().forward(kernels.of(inputs[0], 3, 5), kernels.of(inputs[1], 2, 3), kernels.of(inputs[2], 2), y,
                        false);
                return values(kernels, y);
            };
            Kernels kernels = kernels();
            Tensor dx = kernels.zeros(3, 5);
            Tensor dw = kernels.zeros(2, 3);
            Tensor db = kernels.zeros(2);
            kernels.channelLinear().backward(kernels.of(x, 3, 5), kernels.of(w, 2, 3), kernels.of(weight, 2, 5), dx, false, dw, db);
            near(values(kernels, dx), difference(forward, 0, weight, x, w, bias), 20);
            near(values(kernels, dw), difference(forward, 1, weight, x, w, bias), 20);
            near(values(kernels, db), difference(forward, 2, weight, x, w, bias), 20);
        });
    }

    @Test
    void aWeightForOtherChannelsIsRefused() {
        Kernels kernels = kernels();
        assertThatThrownBy(
                () -> kernels.channelLinear().forward(kernels.zeros(3, 5), kernels.zeros(2, 4), null, kernels.zeros(2, 5), false))
                .isInstanceOf(ShapeMismatchException.class).hasMessage("weight: expected [2, 3] but was [2, 4]");
    }
}
