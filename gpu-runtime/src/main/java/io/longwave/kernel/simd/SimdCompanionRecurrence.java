package io.longwave.kernel.simd;

import java.util.Arrays;

import io.longwave.kernel.CompanionRecurrence;
import io.longwave.tensor.Tensor;

/**
 * One task per row. The action of A moves neighbours by one, so its loops are plain shifted sums, which the JIT turns into vector
 * instructions without changing a bit; dot products run as eight chains.
 */
final class SimdCompanionRecurrence implements CompanionRecurrence {
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
                int next = at - n;
                float last = x[at + n - 1];
                x[next] = a[h * n] * last;
                shiftAndAdd(x, at, a, h * n, last, x, next, n);
                at = next;
            }
        });
    }

    /** target[i] = source[i − 1] + a[i] factor for 1 ≤ i &lt; n. */
    private static void shiftAndAdd(float[] source, int from, float[] a, int aAt, float factor, float[] target, int to, int n) {
        for (int i = 1; i < n; i++) {
            target[to + i] = Math.fma(a[aAt + i], factor, source[from + i - 1]);
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
            float[] lambda = scratch.get().array(0, n);
            float[] moved = scratch.get().array(1, n);
            Arrays.fill(lambda, 0, n, 0);
            for (int r = 0; r < steps; r++) {
                int at = (h * steps + r) * n;
                float last = x[at + n - 1];
                if (r > 0) {
                    axpy(last, lambda, 0, da, h * n, n);
                }
                float along = dot(lambda, 0, a, h * n, n);
                addShifted(lambda, dx, at, moved, n);
                moved[n - 1] = along + dx[at + n - 1];
                float[] swap = lambda;
                lambda = moved;
                moved = swap;
            }
            axpy(1, lambda, 0, db, h * n, n);
        });
    }

    /** target[i] = row[i + 1] + added[i] for i &lt; n − 1. */
    private static void addShifted(float[] row, float[] added, int at, float[] target, int n) {
        for (int i = 0; i < n - 1; i++) {
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
            for (int t = 0; t < steps; t++) {
                kernel[h * steps + t] = dot(c, h * n, x, (h * steps + steps - 1 - t) * n, n);
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
            if (!accumulate) {
                Arrays.fill(dx, h * steps * n, (h + 1) * steps * n, 0);
            }
            for (int t = 0; t < steps; t++) {
                int at = (h * steps + steps - 1 - t) * n;
                float dk = g[h * steps + t];
                axpy(dk, c, h * n, dx, at, n);
                axpy(dk, x, at, dc, h * n, n);
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
            int row = h * n;
            int at = h * steps * n;
            System.arraycopy(c, row, r, at, n);
            for (int t = 1; t < steps; t++) {
                int next = at + n;
                float feedback = dot(r, at, b, row, n);
                float last = dot(r, at, a, row, n);
                for (int i = 0; i < n - 1; i++) {
                    r[next + i] = Math.fma(k[row + i], feedback, r[at + i + 1]);
                }
                r[next + n - 1] = Math.fma(k[row + n - 1], feedback, last);
                at = next;
            }
        });
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
            float[] mu = scratch.get().array(0, n);
            float[] moved = scratch.get().array(1, n);
            Arrays.fill(mu, 0, n, 0);
            for (int t = steps - 1; t >= 0; t--) {
                int at = (h * steps + t) * n;
                float alongK = dot(k, row, mu, 0, n);
                float alongB = dot(b, row, r, at, n);
                float last = mu[n - 1];
                axpy(last, r, at, da, row, n);
                axpy(alongK, r, at, db, row, n);
                axpy(alongB, mu, 0, dk, row, n);
                moved[0] = a[row] * last;
                shiftAndAdd(mu, 0, a, row, last, moved, 0, n);
                axpy(alongK, b, row, moved, 0, n);
                axpy(1, dr, at, moved, 0, n);
                float[] swap = mu;
                mu = moved;
                moved = swap;
            }
            axpy(1, mu, 0, dc, row, n);
        });
    }

    /** y += factor x. */
    private static void axpy(float factor, float[] x, int xAt, float[] y, int yAt, int n) {
        for (int i = 0; i < n; i++) {
            y[yAt + i] = Math.fma(factor, x[xAt + i], y[yAt + i]);
        }
    }

    /** Eight chains and a fixed tree. */
    static float dot(float[] x, int xAt, float[] y, int yAt, int n) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int i = 0;
        for (; i + 8 <= n; i += 8) {
            s0 = Math.fma(x[xAt + i], y[yAt + i], s0);
            s1 = Math.fma(x[xAt + i + 1], y[yAt + i + 1], s1);
            s2 = Math.fma(x[xAt + i + 2], y[yAt + i + 2], s2);
            s3 = Math.fma(x[xAt + i + 3], y[yAt + i + 3], s3);
            s4 = Math.fma(x[xAt + i + 4], y[yAt + i + 4], s4);
            s5 = Math.fma(x[xAt + i + 5], y[yAt + i + 5], s5);
            s6 = Math.fma(x[xAt + i + 6], y[yAt + i + 6], s6);
            s7 = Math.fma(x[xAt + i + 7], y[yAt + i + 7], s7);
        }
        for (; i < n; i++) {
            s0 = Math.fma(x[xAt + i], y[yAt + i], s0);
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }
}
