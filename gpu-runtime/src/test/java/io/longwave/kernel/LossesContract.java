package io.longwave.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.longwave.kernel.CrossEntropyLoss.Weighting;
import io.longwave.kernel.DeviationLoss.Kind;
import io.longwave.tensor.Tensor;

public abstract class LossesContract extends KernelComparison {

    private static double[][] crossEntropy(Kernels kernels, int classes, int[] labels, Weighting weighting, double[] logits) {
        Tensor z = kernels.of(logits, classes, labels.length);
        Tensor probabilities = kernels.zeros(classes, labels.length);
        Tensor loss = kernels.zeros(2);
        kernels.crossEntropyLoss().forward(z, labels, weighting, probabilities, loss, 1);
        Tensor dz = kernels.zeros(classes, labels.length);
        kernels.crossEntropyLoss().backward(probabilities, labels, weighting, 1.5, dz, false);
        return new double[][]{{kernels.toDoubles(loss)[1]}, values(kernels, dz), values(kernels, probabilities)};
    }

    @Test
    void crossEntropyAndItsGradientMatchFiniteDifferences() {
        Gen.forAll(12, gen -> {
            int classes = gen.between(2, 12);
            int batch = gen.between(1, 9);
            int[] labels = new int[batch];
            for (int b = 0; b < batch; b++) {
                labels[b] = gen.between(0, classes - 1);
            }
            double[] weights = gen.coin() ? new double[0] : gen.numbers(classes);
            for (int c = 0; c < weights.length; c++) {
                weights[c] = 0.1 + Math.abs(weights[c]);
            }
            Weighting weighting = new Weighting(gen.coin() ? 0 : 0.1, weights);
            double[] logits = gen.numbers(classes * batch);
            agrees(kernels -> crossEntropy(kernels, classes, labels, weighting, logits), 8);
            Forward forward = (kernels, inputs) -> crossEntropy(kernels, classes, labels, weighting, inputs[0])[0];
            near(crossEntropy(kernels(), classes, labels, weighting, logits)[1], difference(forward, 0, new double[]{1.5}, logits), 8);
        });
    }

    @Test
    void aClassifierThatKnowsNothingHasTheLogarithmOfTheClassesAsLoss() {
        assertThat(crossEntropy(kernels(), 4, new int[]{2, 0}, Weighting.PLAIN, new double[8])[0][0]).isCloseTo(Math.log(4), within(1e-6));
    }

    @Test
    void hugeLogitsDoNotOverflow() {
        double[][] found = crossEntropy(kernels(), 2, new int[]{0}, Weighting.PLAIN, new double[]{-1e4, 1e4});
        assertThat(found[0][0]).isCloseTo(2e4, within(1e-2));
        near(found[2], new double[]{0, 1}, 1);
    }

    @Test
    void aLabelWithoutClassIsRefused() {
        assertThatThrownBy(() -> crossEntropy(kernels(), 2, new int[]{2}, Weighting.PLAIN, new double[2]))
                .hasMessage("label: expected 0 to 1 but was 2");
    }

    private static double[][] deviation(Kernels kernels, Kind kind, double[] p, double[] q, double @Nullable [] mask) {
        int n = p.length;
        Tensor m = mask == null ? null : kernels.of(mask, n);
        Tensor loss = kernels.zeros(1);
        kernels.deviationLoss().forward(kind, kernels.of(p, n), kernels.of(q, n), m, loss, 0);
        Tensor dp = kernels.zeros(n);
        kernels.deviationLoss().backward(kind, kernels.of(p, n), kernels.of(q, n), m, 2, dp, false);
        return new double[][]{values(kernels, loss), values(kernels, dp)};
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void deviationsAndTheirGradientsMatchFiniteDifferences(Kind kind) {
        Gen.forAll(8, gen -> {
            int n = gen.between(1, 50);
            double[] p = gen.numbers(n);
            double[] q = gen.numbers(n);
            double @Nullable [] mask = gen.coin() ? null : gen.numbers(n);
            for (int i = 0; mask != null && i < n; i++) {
                mask[i] = i % 3 == 1 ? 0 : Math.abs(mask[i]);
            }
            agrees(kernels -> deviation(kernels, kind, p, q, mask), 8);
            near(deviation(kernels(), kind, p, q, mask)[1],
                    difference((kernels, inputs) -> deviation(kernels, kind, inputs[0], q, mask)[0], 0, new double[]{2}, p), 8);
        });
    }

    @Test
    void longTensorsAreSummedOverAllStretches() {
        Gen.forAll(2, gen -> {
            double[] p = gen.numbers(40_001);
            double[] q = gen.numbers(40_001);
            agrees(kernels -> deviation(kernels, Kind.SQUARED, p, q, null), 8);
        });
    }

    @Test
    void whatIsMaskedOutEntirelyHasLossAndGradientZero() {
        double[][] found = deviation(kernels(), Kind.SQUARED, new double[]{1, 2}, new double[]{0, 0}, new double[2]);
        assertThat(found[0]).containsExactly(0);
        assertThat(found[1]).containsOnly(0);
    }
}
