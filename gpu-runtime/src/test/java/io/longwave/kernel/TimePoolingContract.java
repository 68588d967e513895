package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.tensor.Tensor;

public abstract class TimePoolingContract extends KernelComparison {

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 16, 17, 1000})
    void sequencesOfAnyLengthEqualPlainSumsWithTheirGradients(int steps) {
        Gen.forAll(5, gen -> {
            int channels = gen.between(1, 4);
            int batch = gen.between(1, 5);
            int[] lengths = new int[batch];
            for (int b = 0; b < batch; b++) {
                lengths[b] = gen.between(1, steps);
            }
            boolean accumulate = gen.coin();
            double[] x = gen.numbers(channels * batch * steps);
            double[] dy = gen.numbers(channels * batch);
            agrees(kernels -> all(kernels, lengths, channels, steps, x, dy, accumulate), 8);
        });
    }

    private static double[][] all(Kernels kernels, int[] lengths, int channels, int steps, double[] x, double[] dy, boolean accumulate) {
        TimePooling pooling = kernels.timePooling();
        int batch = lengths.length;
        Tensor xT = kernels.of(x, channels, batch, steps);
        Tensor gradient = kernels.of(dy, channels, batch);
        Tensor mean = kernels.zeros(channels, batch);
        Tensor last = kernels.zeros(channels, batch);
        pooling.mean(xT, lengths, mean);
        pooling.last(xT, lengths, last);
        Tensor meanGradient = kernels.of(x, channels, batch, steps);
        Tensor lastGradient = kernels.of(x, channels, batch, steps);
        pooling.meanBackward(gradient, lengths, meanGradient, accumulate);
        pooling.lastBackward(gradient, lengths, lastGradient, accumulate);
        pooling.clearPast(xT, lengths);
        return new double[][]{values(kernels, mean), values(kernels, last), values(kernels, meanGradient), values(kernels, lastGradient),
                values(kernels, xT)};
    }

    @Test
    void gradientsMatchFiniteDifferences() {
        Gen.forAll(4, gen -> {
            int[] lengths = {3, 7, 1};
            double[] x = gen.numbers(2 * 3 * 7);
            double[] w = gen.numbers(2 * 3);
            double[][] found = all(kernels(), lengths, 2, 7, x, w, false);
            near(found[2], difference((kernels, inputs) -> all(kernels, lengths, 2, 7, inputs[0], w, false)[0], 0, w, x), 8);
            near(found[3], difference((kernels, inputs) -> all(kernels, lengths, 2, 7, inputs[0], w, false)[1], 0, w, x), 8);
        });
    }

    @Test
    void whatLiesPastTheLengthIsNotLookedAt() {
        Kernels kernels = kernels();
        Tensor x = kernels.of(new double[]{1, 3, Double.NaN, Double.NaN}, 1, 1, 4);
        Tensor mean = kernels.zeros(1, 1);
        kernels.timePooling().mean(x, new int[]{2}, mean);
        near(values(kernels, mean), new double[]{2}, 2);
        kernels.timePooling().clearPast(x, new int[]{2});
        near(values(kernels, x), new double[]{1, 3, 0, 0}, 1);
    }

    @Test
    void anEmptySequenceIsRefused() {
        Kernels kernels = kernels();
        assertThatThrownBy(() -> kernels.timePooling().mean(kernels.zeros(1, 1, 4), new int[]{0}, kernels.zeros(1, 1)))
                .hasMessage("length: expected 1 to 4 steps but was 0");
    }
}
