package io.longwave.kernel.simd;

import java.util.Arrays;

import io.longwave.kernel.CompanionRecurrence;
import io.longwave.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** One task per row. The action of A moves neighbours by one, so its loops are sums of shifted rows: vectors read from one place further. */
final class SimdCompanionRecurrence implements CompanionRecurrence {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();

    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    SimdCompanionRecurrence(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    @Override
    public void powers(Tensor companion, Tensor bTensor, Tensor powers) {
        CompanionRecurrence.check(companion, bTensor, powers);
        float[] a = SimdTensor.of(companion);
        float[] b = SimdTensor.of(bTensor);
        float[] x = SimdTensor.of(powers);
        int steps = powers.dim(1);
        int n = powers.dim(2);
        pool.run(powers.dim(0), h -> {
            int at = (h * steps + steps - 1) * n;
            System.arraycopy(b, h * n, x, at, n);
            for (int t = 1; t < steps; t++) {
                multiplyColumn(x, at, a, h * n, n);
                at -= n;
            }
        });
    }

    /** x[at − n + i] = x[at + i − 1] + a[i] x[at + n − 1]: the product A x, written in front of x. */
    private static void multiplyColumn(float[] x, int at, float[] a, int aAt, int n) {
        float last = x[at + n - 1];
        FloatVector factor = FloatVector.broadcast(LANES, last);
        int next = at - n;
        x[at - 1] = 0; // what moves into place 0; it is the last number written, so the loop has to run upward
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            factor.fma(FloatVector.fromArray(LANES, a, aAt + i), FloatVector.fromArray(LANES, x, at + i - 1)).intoArray(x, next + i);
        }
        for (int i = bound; i < n; i++) {
            x[next + i] = Math.fma(a[aAt + i], last, x[at + i - 1]);
        }
    }

    @Override
    public void powersBackward(Tensor companion, Tensor powers, Tensor gradient, Tensor companionGradient, Tensor bGradient) {
        CompanionRecurrence.check(companion, bGradient, powers);
        CompanionRecurrence.check(companionGradient, bGradient, gradient);
        float[] a = SimdTensor.of(companion);
        float[] x = SimdTensor.of(powers);
        float[] dx = SimdTensor.of(gradient);
        float[] da = SimdTensor.of(companionGradient);
        float[] db = SimdTensor.of(bGradient);
        int steps = powers.dim(1);
        int n = powers.dim(2);
        pool.run(powers.dim(0), h -> {
            float[] lambda = scratch.get().array(0, n + 1);
            float[] moved = scratch.get().array(1, n + 1);
            float[] lanes = scratch.get().array(2, WIDTH);
            Arrays.fill(lambda, 0, n, 0);
            for (int r = 0; r < steps; r++) {
                int at = (h * steps + r) * n;
                if (r > 0) {
                    Rows.addScaled(x[at + n - 1], lambda, 0, da, h * n, n);
                }
                lambda[n] = Rows.dot(lambda, 0, a, h * n, n, lanes);
                addNext(lambda, dx, at, moved, n);
                float[] swap = lambda;
                lambda = moved;
                moved = swap;
            }
            Rows.addScaled(1, lambda, 0, db, h * n, n);
        });
    }

    /** target[i] = row[i + 1] + added[i]. */
    private static void addNext(float[] row, float[] added, int at, float[] target, int n) {
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector.fromArray(LANES, row, i + 1).add(FloatVector.fromArray(LANES, added, at + i)).intoArray(target, i);
        }
        for (int i = bound; i < n; i++) {
            target[i] = row[i + 1] + added[at + i];
        }
    }

    @Override
    public void kernel(Tensor powers, Tensor cTensor, Tensor kernelTensor) {
        CompanionRecurrence.checkKernel(powers, cTensor, kernelTensor);
        float[] x = SimdTensor.of(powers);
        float[] c = SimdTensor.of(cTensor);
        float[] kernel = SimdTensor.of(kernelTensor);
        int steps = powers.dim(1);
        int n = powers.dim(2);
        pool.run(powers.dim(0), h -> {
            float[] lanes = scratch.get().array(2, WIDTH);
            for (int t = 0; t < steps; t++) {
                kernel[h * steps + t] = Rows.dot(c, h * n, x, (h * steps + steps - 1 - t) * n, n, lanes);
            }
        });
    }

    @Override
    public void kernelBackward(Tensor powers, Tensor cTensor, Tensor gradient, Tensor powersGradient, boolean accumulate,
            Tensor cGradient) {
        CompanionRecurrence.checkKernel(powers, cTensor, gradient);
        CompanionRecurrence.checkKernel(powersGradient, cGradient, gradient);
        float[] x = SimdTensor.of(powers);
        float[] c = SimdTensor.of(cTensor);
        float[] g = SimdTensor.of(gradient);
        float[] dx = SimdTensor.of(powersGradient);
        float[] dc = SimdTensor.of(cGradient);
        int steps = powers.dim(1);
        int n = powers.dim(2);
        pool.run(powers.dim(0), h -> {
            for (int t = 0; t < steps; t++) {
                int at = (h * steps + steps - 1 - t) * n;
                float dk = g[h * steps + t];
                if (accumulate) {
                    Rows.addScaled(dk, c, h * n, dx, at, n);
                } else {
                    Rows.scale(dk, c, h * n, dx, at, n);
                }
                Rows.addScaled(dk, x, at, dc, h * n, n);
            }
        });
    }

    @Override
    public void rollout(Tensor companion, Tensor bTensor, Tensor kTensor, Tensor cTensor, Tensor rollout) {
        CompanionRecurrence.check(companion, bTensor, rollout);
        CompanionRecurrence.check(kTensor, cTensor, rollout);
        float[] a = SimdTensor.of(companion);
        float[] b = SimdTensor.of(bTensor);
        float[] k = SimdTensor.of(kTensor);
        float[] c = SimdTensor.of(cTensor);
        float[] r = SimdTensor.of(rollout);
        int steps = rollout.dim(1);
        int n = rollout.dim(2);
        pool.run(rollout.dim(0), h -> {
            float[] lanes = scratch.get().array(2, WIDTH);
            int row = h * n;
            int at = h * steps * n;
            System.arraycopy(c, row, r, at, n);
            for (int t = 1; t < steps; t++) {
                float feedback = Rows.dot(r, at, b, row, n, lanes);
                r[at + n] = Rows.dot(r, at, a, row, n, lanes);
                multiplyRow(r, at, feedback, k, row, n);
                at += n;
            }
        });
    }

    /**
     * r[at + n + i] = r[at + i + 1] + k[i] feedback: the product r (A + b kᵀ), written behind r. What moves into the last place stands in
     * r[at + n]; it is the first number of the product, so the loops run downward.
     */
    private static void multiplyRow(float[] r, int at, float feedback, float[] k, int row, int n) {
        FloatVector factor = FloatVector.broadcast(LANES, feedback);
        int next = at + n;
        int bound = LANES.loopBound(n);
        for (int i = n - 1; i >= bound; i--) {
            r[next + i] = Math.fma(k[row + i], feedback, r[at + i + 1]);
        }
        for (int i = bound - WIDTH; i >= 0; i -= WIDTH) {
            factor.fma(FloatVector.fromArray(LANES, k, row + i), FloatVector.fromArray(LANES, r, at + i + 1)).intoArray(r, next + i);
        }
    }

    @Override
    public void rolloutBackward(Tensor companion, Tensor bTensor, Tensor kTensor, Tensor rollout, Tensor gradient, Tensor companionGradient,
            Tensor bGradient, Tensor kGradient, Tensor cGradient) {
        CompanionRecurrence.check(companion, bTensor, rollout);
        CompanionRecurrence.check(kTensor, cGradient, gradient);
        CompanionRecurrence.check(companionGradient, bGradient, rollout);
        float[] a = SimdTensor.of(companion);
        float[] b = SimdTensor.of(bTensor);
        float[] k = SimdTensor.of(kTensor);
        float[] r = SimdTensor.of(rollout);
        float[] dr = SimdTensor.of(gradient);
        float[] da = SimdTensor.of(companionGradient);
        float[] db = SimdTensor.of(bGradient);
        float[] dk = SimdTensor.of(kGradient);
        float[] dc = SimdTensor.of(cGradient);
        int steps = rollout.dim(1);
        int n = rollout.dim(2);
        pool.run(rollout.dim(0), h -> {
            int row = h * n;
            float[] mu = scratch.get().array(0, n + 1); // from 1 on; mu[0] = 0 moves into the first place
            float[] moved = scratch.get().array(1, n + 1);
            float[] lanes = scratch.get().array(2, WIDTH);
            Arrays.fill(mu, 0, n + 1, 0);
            moved[0] = 0;
            for (int t = steps - 1; t >= 0; t--) {
                int at = (h * steps + t) * n;
                float alongK = Rows.dot(k, row, mu, 1, n, lanes);
                float alongB = Rows.dot(b, row, r, at, n, lanes);
                float last = mu[n];
                Rows.addScaled(last, r, at, da, row, n);
                Rows.addScaled(alongK, r, at, db, row, n);
                Rows.addScaled(alongB, mu, 1, dk, row, n);
                multiplyBack(mu, last, a, alongK, b, row, dr, at, moved, n);
                float[] swap = mu;
                mu = moved;
                moved = swap;
            }
            Rows.addScaled(1, mu, 1, dc, row, n);
        });
    }

    /** target[i + 1] = mu[i] + a[i] last + b[i] alongK + added[i]. */
    private static void multiplyBack(float[] mu, float last, float[] a, float alongK, float[] b, int row, float[] added, int at,
            float[] target, int n) {
        FloatVector lastFactor = FloatVector.broadcast(LANES, last);
        FloatVector kFactor = FloatVector.broadcast(LANES, alongK);
        int bound = LANES.loopBound(n);
        for (int i = 0; i < bound; i += WIDTH) {
            FloatVector moved = lastFactor.fma(FloatVector.fromArray(LANES, a, row + i), FloatVector.fromArray(LANES, mu, i));
            kFactor.fma(FloatVector.fromArray(LANES, b, row + i), moved).add(FloatVector.fromArray(LANES, added, at + i))
                    .intoArray(target, i + 1);
        }
        for (int i = bound; i < n; i++) {
            target[i + 1] = Math.fma(b[row + i], alongK, Math.fma(a[row + i], last, mu[i])) + added[at + i];
        }
    }
}
