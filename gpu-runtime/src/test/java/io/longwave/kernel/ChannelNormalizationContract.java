package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.ChannelNormalization.Kind;
import io.longwave.tensor.Tensor;

public abstract class ChannelNormalizationContract extends KernelComparison {

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 17, 100, 511, 512, 513, 2000})
    void sequencesOfAnySizeEqualPlainSumsWithTheirGradients(int positions) {
        Gen.forAll(4, gen -> {
            Kind kind = gen.coin() ? Kind.LAYER : Kind.RMS;
            int channels = gen.between(2, 33);
            boolean accumulate = gen.coin();
            double[] x = gen.numbers(channels * positions);
            double[] gain = gen.numbers(channels);
            double[] bias = gen.numbers(channels);
            double[] y = gen.numbers(channels * positions);
            // Two channels can be nearly equal; ε keeps what is divided by away from 0 so that rounding stays what it is.
            agrees(kernels -> all(kernels, kind, channels, positions, x, gain, bias, y, accumulate, 0.1), 120 + positions / 16);
        });
    }

    private static double[][] all(Kernels kernels, Kind kind, int channels, int positions, double[] x, double[] gain, double[] bias,
            double[] y, boolean accumulate, double epsilon) {
        Tensor xT = kernels.of(x, channels, positions);
        Tensor gainT = kernels.of(gain, channels);
        Tensor statistics = kernels.zeros(2, positions);
        Tensor out = kernels.zeros(channels, positions);
        kernels.channelNormalization().forward(kind, xT, epsilon, gainT, kernels.of(bias, channels), statistics, out);
        Tensor dx = kernels.of(x, channels, positions);
        Tensor dgain = kernels.of(gain, channels);
        Tensor dbias = kernels.of(bias, channels);
        kernels.channelNormalization().backward(kind, xT, gainT, statistics, kernels.of(y, channels, positions), dx, accumulate, dgain,
                dbias);
        return new double[][]{values(kernels, out), values(kernels, statistics), values(kernels, dx), values(kernels, dgain),
                values(kernels, dbias)};
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void gradientsMatchFiniteDifferences(Kind kind) {
        Gen.forAll(4, gen -> {
            int channels = 5;
            int positions = 6;
            double[] x = gen.numbers(channels * positions);
            double[] gain = gen.numbers(channels);
            double[] w = gen.numbers(channels * positions);
            double[] zero = new double[channels];
            double[][] found = all(kernels(), kind, channels, positions, x, gain, zero, w, false, 0.1);
            Forward forward = (kernels, inputs) -> all(kernels, kind, channels, positions, inputs[0], inputs[1], inputs[2], w, false,
                    0.1)[0];
            near(found[2], difference(forward, 0, w, x, gain, zero), 60);
            double[] dgain = difference(forward, 1, w, x, gain, zero);
            for (int h = 0; h < channels; h++) {
                dgain[h] += gain[h]; // the kernel adds to what was there
            }
            near(found[3], dgain, 60);
            near(found[4], difference(forward, 2, w, x, gain, zero), 60);
        });
    }

    @Test
    void aLayerNormalizedPositionHasMeanZeroAndVarianceOne() {
        Kernels kernels = kernels();
        double[] x = {1, 5, 3, -2, 8, 2.5};
        double[] ones = {1, 1, 1, 1, 1, 1};
        double[] y = all(kernels, Kind.LAYER, 6, 1, x, ones, new double[6], ones, false, 0)[0];
        double sum = 0;
        double squares = 0;
        for (double v : y) {
            sum += v / 6;
            squares += v * v / 6;
        }
        assertThat(sum).isCloseTo(0, within(1e-6));
        assertThat(squares).isCloseTo(1, within(1e-6));
    }
}
