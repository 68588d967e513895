package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.tensor.Tensor;

public abstract class BatchNormalizationContract extends KernelComparison {
    private static final double EPSILON = 1e-5;

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 17, 100, 1000})
    void batchesOfAnySizeEqualPlainSumsWithTheirGradients(int steps) {
        Gen.forAll(4, gen -> {
            int channels = gen.between(1, 4);
            int batch = gen.between(2, 5);
            int[] lengths = lengths(gen, batch, steps);
            boolean accumulate = gen.coin();
            double[] x = gen.numbers(channels * batch * steps);
            double[] gain = gen.numbers(channels);
            double[] bias = gen.numbers(channels);
            double[] dy = gen.numbers(channels * batch * steps);
            // At length 1 the variance of two numbers may be small: gradients grow as its inverse root, and so do their roundings.
            agrees(kernels -> all(kernels, lengths, channels, steps, x, gain, bias, dy, accumulate, 0.1), 200);
        });
    }

    private static int[] lengths(Gen gen, int batch, int steps) {
        int[] lengths = new int[batch];
        for (int b = 0; b < batch; b++) {
            lengths[b] = gen.between(1, steps);
        }
        return lengths;
    }

    private static double[][] all(Kernels kernels, int[] lengths, int channels, int steps, double[] x, double[] gain, double[] bias,
            double[] dy, boolean accumulate, double epsilon) {
        BatchNormalization normalization = kernels.batchNormalization();
        int batch = lengths.length;
        Tensor xT = kernels.of(x, channels, batch, steps);
        Tensor mean = kernels.zeros(channels);
        Tensor variance = kernels.zeros(channels);
        normalization.statistics(xT, lengths, mean, variance);
        Tensor y = kernels.zeros(channels, batch, steps);
        Tensor gainT = kernels.of(gain, channels);
        normalization.forward(xT, mean, variance, epsilon, gainT, kernels.of(bias, channels), y);
        Tensor dx = kernels.of(x, channels, batch, steps);
        Tensor dgain = kernels.zeros(channels);
        Tensor dbias = kernels.zeros(channels);
        normalization.backward(xT, lengths, mean, variance, epsilon, gainT, kernels.of(dy, channels, batch, steps), dx, accumulate, dgain,
                dbias);
        return new double[][]{values(kernels, y), values(kernels, dx), values(kernels, dgain), values(kernels, dbias),
                values(kernels, mean), values(kernels, variance)};
    }

    @Test
    void gradientsGoThroughMeanAndVarianceOfThePositionsThatCount() {
        Gen.forAll(5, gen -> {
            int[] lengths = {4, 1, 6};
            double[] x = gen.numbers(2 * 3 * 6);
            double[] gain = gen.numbers(2);
            double[] bias = gen.numbers(2);
            double[] w = gen.numbers(2 * 3 * 6);
            double[][] found = all(kernels(), lengths, 2, 6, x, gain, bias, w, false, EPSILON);
            Forward forward = (kernels, inputs) -> all(kernels, lengths, 2, 6, inputs[0], inputs[1], inputs[2], w, false, EPSILON)[0];
            near(found[1], difference(forward, 0, w, x, gain, bias), 100);
            near(found[2], difference(forward, 1, w, x, gain, bias), 100);
            near(found[3], difference(forward, 2, w, x, gain, bias), 100);
        });
    }

    @Test
    void aLengthPastTheSequenceIsRefused() {
        Kernels kernels = kernels();
        assertThatThrownBy(() -> kernels.batchNormalization().statistics(kernels.zeros(1, 2, 4), new int[]{4, 5}, kernels.zeros(1),
                kernels.zeros(1))).hasMessage("length: expected 1 to 4 steps but was 5");
    }
}
