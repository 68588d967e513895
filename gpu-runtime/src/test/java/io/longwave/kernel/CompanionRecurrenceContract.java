package io.longwave.kernel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.longwave.tensor.Tensor;

/** Long windows and many states; {@link KernelsContract} has the gradients against finite differences. */
public abstract class CompanionRecurrenceContract extends KernelComparison {

    /** Rows whose magnitudes add up to one, so that no power grows. */
    private static double[] normalized(double[] rows, int n) {
        for (int r = 0; r < rows.length; r += n) {
            double norm = 0;
            for (int i = r; i < r + n; i++) {
                norm += Math.abs(rows[i]);
            }
            for (int i = r; i < r + n; i++) {
                rows[i] = (float) (rows[i] / norm);
            }
        }
        return rows;
    }

    private void agreesOn(Gen gen, int rows, int steps, int n) {
        double[] a = normalized(gen.numbers(rows * n), n);
        double[] b = normalized(gen.numbers(rows * n), n);
        double[] k = normalized(gen.numbers(rows * n), n);
        double[] c = gen.numbers(rows * n);
        double[] gradient = gen.numbers(rows * steps * n);
        double[] kernelGradient = gen.numbers(rows * steps);
        boolean accumulate = gen.coin();
        agrees(kernels -> {
            CompanionRecurrence recurrence = kernels.companionRecurrence();
            Tensor aT = kernels.of(a, rows, n);
            Tensor bT = kernels.of(b, rows, n);
            Tensor kT = kernels.of(k, rows, n);
            Tensor cT = kernels.of(c, rows, n);
            Tensor gradientT = kernels.of(gradient, rows, steps, n);
            Tensor powers = kernels.zeros(rows, steps, n);
            recurrence.powers(aT, bT, powers);
            Tensor[] sums = new Tensor[7];
            for (int i = 0; i < sums.length; i++) {
                sums[i] = kernels.of(c, rows, n);
            }
            recurrence.powersBackward(aT, powers, gradientT, sums[0], sums[1]);
            Tensor kernel = kernels.zeros(rows, steps);
            recurrence.kernel(powers, cT, kernel);
            Tensor powersGradient = kernels.of(gradient, rows, steps, n);
            recurrence.kernelBackward(powers, cT, kernels.of(kernelGradient, rows, steps), powersGradient, accumulate, sums[2]);
            Tensor rollout = kernels.zeros(rows, steps, n);
            recurrence.rollout(aT, bT, kT, cT, rollout);
            recurrence.rolloutBackward(aT, bT, kT, rollout, gradientT, sums[3], sums[4], sums[5], sums[6]);
            double[][] out = new double[sums.length + 4][];
            for (int i = 0; i < sums.length; i++) {
                out[i] = values(kernels, sums[i]);
            }
            out[7] = values(kernels, powers);
            out[8] = values(kernels, kernel);
            out[9] = values(kernels, powersGradient);
            out[10] = values(kernels, rollout);
            return out;
        }, 4 * (n + steps));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 31, 32, 33, 63, 64, 65, 127, 128, 129, 150})
    void anyNumberOfStatesGivesTheLoopsWithTheirGradients(int n) {
        Gen.forAll(4, gen -> agreesOn(gen, gen.between(1, 6), gen.between(1, 20), n));
    }

    @ParameterizedTest
    @ValueSource(ints = {63, 64, 65, 300})
    void longWindowsGiveTheLoopsWithTheirGradients(int steps) {
        Gen.forAll(2, gen -> agreesOn(gen, gen.between(1, 2), steps, gen.between(1, 12)));
    }

    @Test
    void moreStatesThanABlockHasThreadsGiveTheLoopsWithTheirGradients() {
        Gen.forAll(1, gen -> agreesOn(gen, 1, 3, 1100));
    }
}
