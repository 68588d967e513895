package io.longwave.kernel.cuda;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.kernel.AdamW;
import io.longwave.kernel.CrossEntropyLoss.Weighting;
import io.longwave.kernel.Dropout;
import io.longwave.kernel.Gen;
import io.longwave.kernel.KernelComparison;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.WindowCentring.Offset;
import io.longwave.tensor.Tensor;

/** Sizes that take several blocks, tiles and parts of sums, past those of the contracts. */
class SeveralBlocksTest extends KernelComparison {

    @Override
    protected Kernels kernels() {
        return TestedKernels.shared();
    }

    @ParameterizedTest
    @CsvSource({"3, 45, 70", "1, 1, 100", "2, 33, 32"})
    void axesOfSeveralTilesAreSwapped(int groups, int m, int n) {
        Gen.forAll(2, gen -> {
            double[] x = gen.numbers(groups * m * n);
            double[] y = gen.numbers(groups * m * n);
            boolean accumulate = gen.coin();
            agrees(kernels -> {
                Tensor out = kernels.of(y, groups, n, m);
                kernels.sequenceLayout().transpose(kernels.of(x, groups, m, n), out, accumulate);
                return new double[][]{values(kernels, out)};
            }, 2);
        });
    }

    @ParameterizedTest
    @CsvSource({"2, 83, 40, 2", "3, 70, 33, 1", "1, 129, 65, 4"})
    void manyVariatesAndStepsGoToChannelsAndBack(int batch, int length, int variates, int patch) {
        Gen.forAll(2, gen -> {
            int steps = (length + patch - 1) / patch;
            int[] lengths = new int[batch];
            for (int b = 0; b < batch; b++) {
                lengths[b] = gen.between(0, length);
            }
            double[] rows = gen.numbers(batch * length * variates);
            double[] mean = gen.numbers(variates);
            double[] scale = gen.numbers(variates);
            agrees(kernels -> {
                Tensor channels = kernels.zeros(variates * patch, batch, steps);
                kernels.sequenceLayout().toChannels(kernels.of(rows, batch, length, variates), lengths, patch, kernels.of(mean, variates),
                        kernels.of(scale, variates), channels);
                Tensor back = kernels.of(rows, batch, length, variates);
                kernels.sequenceLayout().toRows(channels, patch, back);
                return new double[][]{values(kernels, channels), values(kernels, back)};
            }, 4);
        });
    }

    @ParameterizedTest
    @CsvSource({"2, 70, 150, 50", "3, 40, 128, 40", "1, 300, 7, 299", "1, 33, 100, 1", "2, 100, 65, 64"})
    void windowsOfManyVariatesAreCentred(int batch, int rows, int variates, int lag) {
        Gen.forAll(1, gen -> {
            double[] windows = gen.numbers(batch * rows * variates);
            for (Offset kind : Offset.values()) {
                agrees(kernels -> {
                    Tensor offset = kernels.zeros(variates, batch);
                    Tensor centred = kernels.zeros(variates, batch, rows);
                    Tensor past = kernels.zeros(variates, batch, lag);
                    kernels.windowCentring().centre(kernels.of(windows, batch, rows, variates), lag, kind, offset, centred, past);
                    Tensor back = kernels.zeros(batch, rows, variates);
                    kernels.windowCentring().restore(centred, offset, back);
                    return new double[][]{values(kernels, offset), values(kernels, centred), values(kernels, past), values(kernels, back)};
                }, 4);
            }
        });
    }

    @Test
    void channelsOfLongSequencesAreNormalizedOverAllParts() {
        Gen.forAll(2, gen -> {
            int[] lengths = {2600, 1, 1500};
            double[] x = gen.numbers(2 * 3 * 2600);
            double[] gain = gen.numbers(2);
            double[] bias = gen.numbers(2);
            double[] dy = gen.numbers(2 * 3 * 2600);
            agrees(kernels -> {
                Tensor xT = kernels.of(x, 2, 3, 2600);
                Tensor mean = kernels.zeros(2);
                Tensor variance = kernels.zeros(2);
                kernels.batchNormalization().statistics(xT, lengths, mean, variance);
                Tensor y = kernels.zeros(2, 3, 2600);
                Tensor gainT = kernels.of(gain, 2);
                kernels.batchNormalization().forward(xT, mean, variance, 1e-5, gainT, kernels.of(bias, 2), y);
                Tensor dx = kernels.of(x, 2, 3, 2600);
                Tensor dgain = kernels.of(gain, 2);
                Tensor dbias = kernels.of(bias, 2);
                kernels.batchNormalization().backward(xT, lengths, mean, variance, 1e-5, gainT, kernels.of(dy, 2, 3, 2600), dx, true, dgain,
                        dbias);
                return new double[][]{values(kernels, mean), values(kernels, variance), values(kernels, y), values(kernels, dx),
                        values(kernels, dgain), values(kernels, dbias)};
            }, 60);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void longRowsAreDividedByTheirNorms(int order) {
        Gen.forAll(2, gen -> {
            int rows = 70;
            int n = 600;
            double[] a = gen.numbers(rows * n);
            double[] dn = gen.numbers(rows * n);
            boolean accumulate = gen.coin();
            agrees(kernels -> {
                Tensor aT = kernels.of(a, rows, n);
                Tensor norms = kernels.zeros(rows);
                Tensor hat = kernels.zeros(rows, n);
                kernels.rowNormalization().forward(aT, order, norms, hat);
                Tensor da = kernels.of(a, rows, n);
                kernels.rowNormalization().backward(aT, order, norms, hat, kernels.of(dn, rows, n), da, accumulate);
                return new double[][]{values(kernels, norms), values(kernels, hat), values(kernels, da)};
            }, 20);
        });
    }

    @Test
    void manyParametersMoveStepByStep() {
        Gen.forAll(2, gen -> {
            int n = 5003;
            double[] p = gen.numbers(n);
            List<double[]> gradients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                gradients.add(gen.numbers(n));
            }
            agrees(kernels -> {
                Tensor pT = kernels.of(p, n);
                Tensor m = kernels.zeros(n);
                Tensor v = kernels.zeros(n);
                AdamW.Settings settings = AdamW.Settings.of(0.01, 0.1);
                for (int step = 1; step <= 3; step++) {
                    kernels.adamW().update(pT, kernels.of(gradients.get(step - 1), n), m, v, settings, step);
                }
                return new double[][]{values(kernels, pT), values(kernels, m), values(kernels, v)};
            }, 8);
        });
    }

    @Test
    void longStretchesHaveTheirRootMeanSquareError() {
        Gen.forAll(2, gen -> {
            double[] p = gen.numbers(2 * 3 * 2100);
            double[] q = gen.numbers(2 * 3 * 1700);
            agrees(kernels -> {
                Tensor pT = kernels.of(p, 2, 3, 2100);
                Tensor qT = kernels.of(q, 2, 3, 1700);
                Tensor loss = kernels.zeros(2);
                kernels.rmseLoss().forward(pT, 400, qT, 33, 1650, loss, 1);
                Tensor dp = kernels.of(p, 2, 3, 2100);
                Tensor dq = kernels.of(q, 2, 3, 1700);
                kernels.rmseLoss().backward(pT, 400, qT, 33, 1650, loss, 1, 3, dp, true, dq);
                return new double[][]{values(kernels, loss), values(kernels, dp), values(kernels, dq)};
            }, 8);
        });
    }

    @Test
    void twoStretchesOfOneTensorBothGetTheirGradient() {
        Gen.forAll(2, gen -> {
            double[] p = gen.numbers(4 * 500);
            agrees(kernels -> {
                Tensor pT = kernels.of(p, 2, 2, 500);
                Tensor loss = kernels.zeros(1);
                kernels.rmseLoss().forward(pT, 10, pT, 40, 400, loss, 0);
                Tensor dp = kernels.of(p, 2, 2, 500);
                kernels.rmseLoss().backward(pT, 10, pT, 40, 400, loss, 0, 3, dp, false, dp);
                return new double[][]{values(kernels, loss), values(kernels, dp)};
            }, 8);
        });
    }

    @Test
    void manyColumnsHaveTheirCrossEntropy() {
        Gen.forAll(2, gen -> {
            int classes = 7;
            int batch = 300;
            int[] labels = new int[batch];
            for (int b = 0; b < batch; b++) {
                labels[b] = gen.between(0, classes - 1);
            }
            double[] logits = gen.numbers(classes * batch);
            double[] dz = gen.numbers(classes * batch);
            Weighting weighting = new Weighting(0.1, new double[]{1, 2, 0.5, 3, 0, 0.25, 1});
            agrees(kernels -> {
                Tensor z = kernels.of(logits, classes, batch);
                Tensor p = kernels.zeros(classes, batch);
                Tensor loss = kernels.zeros(1);
                kernels.crossEntropyLoss().forward(z, labels, weighting, p, loss, 0);
                Tensor gradient = kernels.of(dz, classes, batch);
                kernels.crossEntropyLoss().backward(p, labels, weighting, 2, gradient, true);
                Tensor again = kernels.zeros(classes, batch);
                kernels.crossEntropyLoss().probabilities(z, again);
                return new double[][]{values(kernels, loss), values(kernels, p), values(kernels, gradient), values(kernels, again)};
            }, 8);
        });
    }

    @ParameterizedTest
    @EnumSource(DropoutSpan.class)
    void masksAreTheSameFarIntoATensor(DropoutSpan span) {
        Gen.forAll(2, gen -> {
            double[] x = gen.numbers(20_003);
            Dropout dropout = new Dropout(0.3, gen.between(-100_000, 100_000), span.length);
            agrees(kernels -> {
                Tensor y = kernels.of(x, 20_003);
                kernels.dropoutMask().apply(dropout, y, y, false); // in place
                return new double[][]{values(kernels, y)};
            }, 1);
        });
    }

    enum DropoutSpan {
        ONE(1), SEVEN(7), ODD(1001);

        private final int length;

        DropoutSpan(int length) {
            this.length = length;
        }
    }
}
