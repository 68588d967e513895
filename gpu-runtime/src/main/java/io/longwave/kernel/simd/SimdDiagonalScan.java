package io.longwave.kernel.simd;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.DiagonalScan;
import io.longwave.kernel.FloatDecay;
import io.longwave.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lanes run along time: a vector becomes its own scan by adding itself moved by 1, 2, 4, … lanes times a, a², a⁴, …, then the state carried in
 * times a, a², a³, …. That is more arithmetic than the recurrence, and still less than the memory takes for the two arrays. A task is a mode.
 */
final class SimdDiagonalScan implements DiagonalScan {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();

    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;
    private final SimdComplexScan complex;

    SimdDiagonalScan(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
        this.complex = new SimdComplexScan(pool, scratch);
    }

    @Override
    public void forward(Tensor aTensor, Tensor uTensor, @Nullable Tensor initialTensor, Tensor xTensor, @Nullable Tensor lastTensor) {
        DiagonalScan.check(aTensor, uTensor, xTensor, initialTensor, lastTensor);
        float[] a = SimdTensor.of(aTensor);
        float[] u = SimdTensor.of(uTensor);
        float[] x = SimdTensor.of(xTensor);
        float @Nullable [] initial = SimdTensor.orNull(initialTensor);
        float @Nullable [] last = SimdTensor.orNull(lastTensor);
        int batch = uTensor.dim(1);
        int length = uTensor.dim(2);
        pool.run(a.length, mode -> {
            float[] powers = LanePowers.of(a[mode], scratch.get().array(0, LanePowers.SIZE));
            for (int row = mode * batch; row < (mode + 1) * batch; row++) {
                float end = scan(powers, initial == null ? 0 : initial[row], u, x, row * length, length);
                if (last != null) {
                    last[row] = end;
                }
            }
        });
    }

    private static float scan(float[] powers, float initial, float[] u, float[] x, int at, int length) {
        FloatVector a1 = FloatVector.broadcast(LANES, powers[0]);
        FloatVector a2 = FloatVector.broadcast(LANES, powers[1]);
        FloatVector a4 = FloatVector.broadcast(LANES, powers[3]);
        FloatVector a8 = FloatVector.broadcast(LANES, powers[7]);
        FloatVector upward = FloatVector.fromArray(LANES, powers, 0);
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector carry = FloatVector.broadcast(LANES, initial);
        int bound = LANES.loopBound(length);
        for (int t = at; t < at + bound; t += WIDTH) {
            FloatVector v = FloatVector.fromArray(LANES, u, t).add(rest);
            v = v.rearrange(LaneTile.UP_1, LaneTile.FROM_1).fma(a1, v);
            v = v.rearrange(LaneTile.UP_2, LaneTile.FROM_2).fma(a2, v);
            if (WIDTH > 4) {
                v = v.rearrange(LaneTile.UP_4, LaneTile.FROM_4).fma(a4, v);
            }
            if (WIDTH > 8) {
                v = v.rearrange(LaneTile.UP_8, LaneTile.FROM_8).fma(a8, v);
            }
            v = upward.fma(carry, v);
            v.intoArray(x, t);
            carry = v.rearrange(LaneTile.LAST);
        }
        float state = bound == 0 ? initial : x[at + bound - 1];
        for (int t = at + bound; t < at + length; t++) {
            state = Math.fma(powers[0], state, u[t] + FloatDecay.REST);
            x[t] = state;
        }
        return state;
    }

    @Override
    public void backward(Tensor aTensor, Tensor xTensor, @Nullable Tensor initialTensor, Tensor gradientTensor, Tensor aGradient,
            Tensor uGradient, boolean accumulate, @Nullable Tensor initialGradient) {
        DiagonalScan.check(aTensor, xTensor, gradientTensor, initialTensor, initialGradient);
        DiagonalScan.check(aGradient, xTensor, uGradient, null, null);
        float[] a = SimdTensor.of(aTensor);
        float[] x = SimdTensor.of(xTensor);
        float[] dx = SimdTensor.of(gradientTensor);
        float[] da = SimdTensor.of(aGradient);
        float[] du = SimdTensor.of(uGradient);
        float @Nullable [] initial = SimdTensor.orNull(initialTensor);
        float @Nullable [] dInitial = SimdTensor.orNull(initialGradient);
        int batch = xTensor.dim(1);
        int length = xTensor.dim(2);
        pool.run(a.length, task -> {
            int mode = a.length - 1 - task; // last row first, so that memory is passed in one direction
            float[] powers = LanePowers.of(a[mode], scratch.get().array(0, LanePowers.SIZE));
            float[] sums = scratch.get().array(1, 2 * WIDTH);
            for (int row = (mode + 1) * batch - 1; row >= mode * batch; row--) {
                float first = back(powers, initial == null ? 0 : initial[row], x, dx, du, row * length, length, accumulate, sums);
                da[mode] += sums[0];
                if (dInitial != null) {
                    dInitial[row] += first;
                }
            }
        });
    }

    /** Returns a λ_0; leaves Σ λ_t x_{t−1} in {@code sums[0]}. */
    private static float back(float[] powers, float initial, float[] x, float[] dx, float[] du, int at, int length, boolean accumulate,
            float[] sums) {
        float a = powers[0];
        int bound = LANES.loopBound(length);
        float behind = 0; // λ of the step behind
        float tail = 0;
        for (int t = at + length - 1; t >= at + bound; t--) {
            float lambda = Math.fma(a, behind, dx[t] + FloatDecay.REST);
            tail = Math.fma(lambda, t == at ? initial : x[t - 1], tail);
            du[t] = (accumulate ? du[t] : 0) + lambda;
            behind = lambda;
        }
        FloatVector a1 = FloatVector.broadcast(LANES, a);
        FloatVector a2 = FloatVector.broadcast(LANES, powers[1]);
        FloatVector a4 = FloatVector.broadcast(LANES, powers[3]);
        FloatVector a8 = FloatVector.broadcast(LANES, powers[7]);
        FloatVector downward = FloatVector.fromArray(LANES, powers, LanePowers.DOWNWARD);
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector carry = FloatVector.broadcast(LANES, behind);
        FloatVector sum = FloatVector.zero(LANES);
        for (int t = at + bound - WIDTH; t >= at; t -= WIDTH) {
            FloatVector v = FloatVector.fromArray(LANES, dx, t).add(rest);
            v = v.rearrange(LaneTile.DOWN_1, LaneTile.BUT_1).fma(a1, v);
            v = v.rearrange(LaneTile.DOWN_2, LaneTile.BUT_2).fma(a2, v);
            if (WIDTH > 4) {
                v = v.rearrange(LaneTile.DOWN_4, LaneTile.BUT_4).fma(a4, v);
            }
            if (WIDTH > 8) {
                v = v.rearrange(LaneTile.DOWN_8, LaneTile.BUT_8).fma(a8, v);
            }
            v = downward.fma(carry, v);
            if (t > at) {
                sum = v.fma(FloatVector.fromArray(LANES, x, t - 1), sum);
            } else {
                sum = v.fma(FloatVector.fromArray(LANES, x, t).rearrange(LaneTile.UP_1).withLane(0, initial), sum);
            }
            (accumulate ? v.add(FloatVector.fromArray(LANES, du, t)) : v).intoArray(du, t);
            carry = v.rearrange(LaneTile.FIRST);
        }
        sum.intoArray(sums, WIDTH);
        sums[0] = Rows.sumOfLanes(sums, WIDTH) + tail;
        carry.intoArray(sums, WIDTH);
        return a * sums[WIDTH];
    }

    @Override
    public void forward(Complex a, Complex u, @Nullable Complex initial, Complex x, @Nullable Complex last) {
        complex.forward(a, u, initial, x, last);
    }

    @Override
    public void backward(Complex a, Complex x, @Nullable Complex initial, Complex gradient, Complex aGradient, Complex uGradient,
            boolean accumulate, @Nullable Complex initialGradient) {
        complex.backward(a, x, initial, gradient, aGradient, uGradient, accumulate, initialGradient);
    }
}
