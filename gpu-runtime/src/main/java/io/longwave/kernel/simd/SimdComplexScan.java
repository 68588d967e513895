package io.longwave.kernel.simd;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.DiagonalScan;
import io.longwave.kernel.DiagonalScan.Complex;
import io.longwave.kernel.FloatDecay;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link SimdDiagonalScan} for complex modes: the same with four multiply-adds in place of one. Forward, two vectors go side by side: one alone
 * is a chain of so many operations that the processor's queues are full before it has found the next.
 */
final class SimdComplexScan {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final int TILE = 2 * WIDTH;
    private static final int IM = LanePowers.SIZE;

    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    SimdComplexScan(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    private static float at(@Nullable Complex rows, boolean re, int row) {
        return rows == null ? 0 : SimdTensor.of(re ? rows.re() : rows.im())[row];
    }

    void forward(Complex a, Complex u, @Nullable Complex initial, Complex x, @Nullable Complex last) {
        DiagonalScan.check(a.re(), u.re(), x.re(), DiagonalScan.re(initial), DiagonalScan.re(last));
        float[] xRe = SimdTensor.of(x.re());
        float[] xIm = SimdTensor.of(x.im());
        int batch = u.re().dim(1);
        int length = u.re().dim(2);
        pool.run(a.re().dim(0), mode -> {
            float[] powers = LanePowers.of(at(a, true, mode), at(a, false, mode), scratch.get().array(0, 2 * LanePowers.SIZE));
            float[] state = scratch.get().array(1, 2);
            for (int row = mode * batch; row < (mode + 1) * batch; row++) {
                state[0] = at(initial, true, row);
                state[1] = at(initial, false, row);
                scan(powers, state, SimdTensor.of(u.re()), SimdTensor.of(u.im()), xRe, xIm, row * length, length);
                if (last != null) {
                    SimdTensor.of(last.re())[row] = state[0];
                    SimdTensor.of(last.im())[row] = state[1];
                }
            }
        });
    }

    /** Takes the state before the first step from {@code state} and leaves the last one there. */
    private static void scan(float[] powers, float[] state, float[] uRe, float[] uIm, float[] xRe, float[] xIm, int at, int length) {
        FloatVector a1Re = FloatVector.broadcast(LANES, powers[0]);
        FloatVector a1Im = FloatVector.broadcast(LANES, powers[IM + 0]);
        FloatVector a1Minus = FloatVector.broadcast(LANES, -powers[IM + 0]);
        FloatVector a2Re = FloatVector.broadcast(LANES, powers[1]);
        FloatVector a2Im = FloatVector.broadcast(LANES, powers[IM + 1]);
        FloatVector a2Minus = FloatVector.broadcast(LANES, -powers[IM + 1]);
        FloatVector a4Re = FloatVector.broadcast(LANES, powers[3]);
        FloatVector a4Im = FloatVector.broadcast(LANES, powers[IM + 3]);
        FloatVector a4Minus = FloatVector.broadcast(LANES, -powers[IM + 3]);
        FloatVector a8Re = FloatVector.broadcast(LANES, powers[7]);
        FloatVector a8Im = FloatVector.broadcast(LANES, powers[IM + 7]);
        FloatVector a8Minus = FloatVector.broadcast(LANES, -powers[IM + 7]);
        FloatVector upwardRe = FloatVector.fromArray(LANES, powers, 0);
        FloatVector upwardIm = FloatVector.fromArray(LANES, powers, IM);
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector carryRe = FloatVector.broadcast(LANES, state[0]);
        FloatVector carryIm = FloatVector.broadcast(LANES, state[1]);
        int bound = length / TILE * TILE;
        for (int t = at; t < at + bound; t += TILE) {
            FloatVector re0 = FloatVector.fromArray(LANES, uRe, t).add(rest);
            FloatVector im0 = FloatVector.fromArray(LANES, uIm, t).add(rest);
            FloatVector re1 = FloatVector.fromArray(LANES, uRe, t + WIDTH).add(rest);
            FloatVector im1 = FloatVector.fromArray(LANES, uIm, t + WIDTH).add(rest);
            FloatVector movedRe0 = re0.rearrange(LaneTile.UP_1, LaneTile.FROM_1);
            FloatVector movedIm0 = im0.rearrange(LaneTile.UP_1, LaneTile.FROM_1);
            FloatVector movedRe1 = re1.rearrange(LaneTile.UP_1, LaneTile.FROM_1);
            FloatVector movedIm1 = im1.rearrange(LaneTile.UP_1, LaneTile.FROM_1);
            re0 = a1Re.fma(movedRe0, a1Minus.fma(movedIm0, re0));
            im0 = a1Re.fma(movedIm0, a1Im.fma(movedRe0, im0));
            re1 = a1Re.fma(movedRe1, a1Minus.fma(movedIm1, re1));
            im1 = a1Re.fma(movedIm1, a1Im.fma(movedRe1, im1));
            movedRe0 = re0.rearrange(LaneTile.UP_2, LaneTile.FROM_2);
            movedIm0 = im0.rearrange(LaneTile.UP_2, LaneTile.FROM_2);
            movedRe1 = re1.rearrange(LaneTile.UP_2, LaneTile.FROM_2);
            movedIm1 = im1.rearrange(LaneTile.UP_2, LaneTile.FROM_2);
            re0 = a2Re.fma(movedRe0, a2Minus.fma(movedIm0, re0));
            im0 = a2Re.fma(movedIm0, a2Im.fma(movedRe0, im0));
            re1 = a2Re.fma(movedRe1, a2Minus.fma(movedIm1, re1));
            im1 = a2Re.fma(movedIm1, a2Im.fma(movedRe1, im1));
            if (WIDTH > 4) {
                movedRe0 = re0.rearrange(LaneTile.UP_4, LaneTile.FROM_4);
                movedIm0 = im0.rearrange(LaneTile.UP_4, LaneTile.FROM_4);
                movedRe1 = re1.rearrange(LaneTile.UP_4, LaneTile.FROM_4);
                movedIm1 = im1.rearrange(LaneTile.UP_4, LaneTile.FROM_4);
                re0 = a4Re.fma(movedRe0, a4Minus.fma(movedIm0, re0));
                im0 = a4Re.fma(movedIm0, a4Im.fma(movedRe0, im0));
                re1 = a4Re.fma(movedRe1, a4Minus.fma(movedIm1, re1));
                im1 = a4Re.fma(movedIm1, a4Im.fma(movedRe1, im1));
            }
            if (WIDTH > 8) {
                movedRe0 = re0.rearrange(LaneTile.UP_8, LaneTile.FROM_8);
                movedIm0 = im0.rearrange(LaneTile.UP_8, LaneTile.FROM_8);
                movedRe1 = re1.rearrange(LaneTile.UP_8, LaneTile.FROM_8);
                movedIm1 = im1.rearrange(LaneTile.UP_8, LaneTile.FROM_8);
                re0 = a8Re.fma(movedRe0, a8Minus.fma(movedIm0, re0));
                im0 = a8Re.fma(movedIm0, a8Im.fma(movedRe0, im0));
                re1 = a8Re.fma(movedRe1, a8Minus.fma(movedIm1, re1));
                im1 = a8Re.fma(movedIm1, a8Im.fma(movedRe1, im1));
            }
            re0 = upwardRe.fma(carryRe, upwardIm.fma(carryIm.neg(), re0));
            im0 = upwardRe.fma(carryIm, upwardIm.fma(carryRe, im0));
            re0.intoArray(xRe, t);
            im0.intoArray(xIm, t);
            carryRe = re0.rearrange(LaneTile.LAST);
            carryIm = im0.rearrange(LaneTile.LAST);
            re1 = upwardRe.fma(carryRe, upwardIm.fma(carryIm.neg(), re1));
            im1 = upwardRe.fma(carryIm, upwardIm.fma(carryRe, im1));
            re1.intoArray(xRe, t + WIDTH);
            im1.intoArray(xIm, t + WIDTH);
            carryRe = re1.rearrange(LaneTile.LAST);
            carryIm = im1.rearrange(LaneTile.LAST);
        }
        if (bound > 0) {
            state[0] = xRe[at + bound - 1];
            state[1] = xIm[at + bound - 1];
        }
        for (int t = at + bound; t < at + length; t++) {
            float re = Math.fma(powers[0], state[0], Math.fma(-powers[IM], state[1], uRe[t] + FloatDecay.REST));
            state[1] = Math.fma(powers[0], state[1], Math.fma(powers[IM], state[0], uIm[t] + FloatDecay.REST));
            state[0] = re;
            xRe[t] = state[0];
            xIm[t] = state[1];
        }
    }

    void backward(Complex a, Complex x, @Nullable Complex initial, Complex gradient, Complex aGradient, Complex uGradient,
            boolean accumulate, @Nullable Complex initialGradient) {
        DiagonalScan.check(a.re(), x.re(), gradient.re(), DiagonalScan.re(initial), DiagonalScan.re(initialGradient));
        DiagonalScan.check(aGradient.re(), x.re(), uGradient.re(), null, null);
        float[] daRe = SimdTensor.of(aGradient.re());
        float[] daIm = SimdTensor.of(aGradient.im());
        int batch = x.re().dim(1);
        int length = x.re().dim(2);
        int modes = a.re().dim(0);
        pool.run(modes, task -> {
            int mode = modes - 1 - task; // last row first, so that memory is passed in one direction
            // the conjugate of a carries gradients back
            float[] powers = LanePowers.of(at(a, true, mode), -at(a, false, mode), scratch.get().array(0, 2 * LanePowers.SIZE));
            float[] sums = scratch.get().array(1, 4 + WIDTH);
            for (int row = (mode + 1) * batch - 1; row >= mode * batch; row--) {
                sums[0] = at(initial, true, row);
                sums[1] = at(initial, false, row);
                back(powers, x, gradient, uGradient, row * length, length, accumulate, sums);
                daRe[mode] += sums[0];
                daIm[mode] += sums[1];
                if (initialGradient != null) {
                    SimdTensor.of(initialGradient.re())[row] += sums[2];
                    SimdTensor.of(initialGradient.im())[row] += sums[3];
                }
            }
        });
    }

    /** Takes the state before the first step from {@code sums[0]} and {@code [1]}; leaves da there, and its gradient behind them. */
    private static void back(float[] powers, Complex x, Complex gradient, Complex uGradient, int at, int length, boolean accumulate,
            float[] sums) {
        float[] xRe = SimdTensor.of(x.re());
        float[] xIm = SimdTensor.of(x.im());
        float[] dxRe = SimdTensor.of(gradient.re());
        float[] dxIm = SimdTensor.of(gradient.im());
        float[] duRe = SimdTensor.of(uGradient.re());
        float[] duIm = SimdTensor.of(uGradient.im());
        float initialRe = sums[0];
        float initialIm = sums[1];
        int bound = LANES.loopBound(length);
        float carriedRe = 0;
        float carriedIm = 0;
        float tailRe = 0;
        float tailIm = 0;
        for (int t = at + length - 1; t >= at + bound; t--) {
            float re = Math.fma(powers[0], carriedRe, Math.fma(-powers[IM], carriedIm, dxRe[t] + FloatDecay.REST));
            float im = Math.fma(powers[0], carriedIm, Math.fma(powers[IM], carriedRe, dxIm[t] + FloatDecay.REST));
            float beforeRe = t == at ? initialRe : xRe[t - 1];
            float beforeIm = t == at ? initialIm : xIm[t - 1];
            tailRe = Math.fma(re, beforeRe, Math.fma(im, beforeIm, tailRe));
            tailIm = Math.fma(im, beforeRe, Math.fma(-re, beforeIm, tailIm));
            duRe[t] = (accumulate ? duRe[t] : 0) + re;
            duIm[t] = (accumulate ? duIm[t] : 0) + im;
            carriedRe = re;
            carriedIm = im;
        }
        FloatVector a1Re = FloatVector.broadcast(LANES, powers[0]);
        FloatVector a1Im = FloatVector.broadcast(LANES, powers[IM + 0]);
        FloatVector a1Minus = FloatVector.broadcast(LANES, -powers[IM + 0]);
        FloatVector a2Re = FloatVector.broadcast(LANES, powers[1]);
        FloatVector a2Im = FloatVector.broadcast(LANES, powers[IM + 1]);
        FloatVector a2Minus = FloatVector.broadcast(LANES, -powers[IM + 1]);
        FloatVector a4Re = FloatVector.broadcast(LANES, powers[3]);
        FloatVector a4Im = FloatVector.broadcast(LANES, powers[IM + 3]);
        FloatVector a4Minus = FloatVector.broadcast(LANES, -powers[IM + 3]);
        FloatVector a8Re = FloatVector.broadcast(LANES, powers[7]);
        FloatVector a8Im = FloatVector.broadcast(LANES, powers[IM + 7]);
        FloatVector a8Minus = FloatVector.broadcast(LANES, -powers[IM + 7]);
        FloatVector downwardRe = FloatVector.fromArray(LANES, powers, LanePowers.DOWNWARD);
        FloatVector downwardIm = FloatVector.fromArray(LANES, powers, IM + LanePowers.DOWNWARD);
        FloatVector rest = FloatVector.broadcast(LANES, FloatDecay.REST);
        FloatVector carryRe = FloatVector.broadcast(LANES, carriedRe);
        FloatVector carryIm = FloatVector.broadcast(LANES, carriedIm);
        FloatVector sumRe = FloatVector.zero(LANES);
        FloatVector sumIm = FloatVector.zero(LANES);
        FloatVector sumMinus = FloatVector.zero(LANES);
        for (int t = at + bound - WIDTH; t >= at; t -= WIDTH) {
            FloatVector re = FloatVector.fromArray(LANES, dxRe, t).add(rest);
            FloatVector im = FloatVector.fromArray(LANES, dxIm, t).add(rest);
            FloatVector movedRe = re.rearrange(LaneTile.DOWN_1, LaneTile.BUT_1);
            FloatVector movedIm = im.rearrange(LaneTile.DOWN_1, LaneTile.BUT_1);
            re = a1Re.fma(movedRe, a1Minus.fma(movedIm, re));
            im = a1Re.fma(movedIm, a1Im.fma(movedRe, im));
            movedRe = re.rearrange(LaneTile.DOWN_2, LaneTile.BUT_2);
            movedIm = im.rearrange(LaneTile.DOWN_2, LaneTile.BUT_2);
            re = a2Re.fma(movedRe, a2Minus.fma(movedIm, re));
            im = a2Re.fma(movedIm, a2Im.fma(movedRe, im));
            if (WIDTH > 4) {
                movedRe = re.rearrange(LaneTile.DOWN_4, LaneTile.BUT_4);
                movedIm = im.rearrange(LaneTile.DOWN_4, LaneTile.BUT_4);
                re = a4Re.fma(movedRe, a4Minus.fma(movedIm, re));
                im = a4Re.fma(movedIm, a4Im.fma(movedRe, im));
            }
            if (WIDTH > 8) {
                movedRe = re.rearrange(LaneTile.DOWN_8, LaneTile.BUT_8);
                movedIm = im.rearrange(LaneTile.DOWN_8, LaneTile.BUT_8);
                re = a8Re.fma(movedRe, a8Minus.fma(movedIm, re));
                im = a8Re.fma(movedIm, a8Im.fma(movedRe, im));
            }
            re = downwardRe.fma(carryRe, downwardIm.fma(carryIm.neg(), re));
            im = downwardRe.fma(carryIm, downwardIm.fma(carryRe, im));
            FloatVector beforeRe;
            FloatVector beforeIm;
            if (t > at) {
                beforeRe = FloatVector.fromArray(LANES, xRe, t - 1);
                beforeIm = FloatVector.fromArray(LANES, xIm, t - 1);
            } else {
                beforeRe = FloatVector.fromArray(LANES, xRe, t).rearrange(LaneTile.UP_1).withLane(0, initialRe);
                beforeIm = FloatVector.fromArray(LANES, xIm, t).rearrange(LaneTile.UP_1).withLane(0, initialIm);
            }
            sumRe = re.fma(beforeRe, im.fma(beforeIm, sumRe));
            sumIm = im.fma(beforeRe, sumIm);
            sumMinus = re.fma(beforeIm, sumMinus);
            (accumulate ? re.add(FloatVector.fromArray(LANES, duRe, t)) : re).intoArray(duRe, t);
            (accumulate ? im.add(FloatVector.fromArray(LANES, duIm, t)) : im).intoArray(duIm, t);
            carryRe = re.rearrange(LaneTile.FIRST);
            carryIm = im.rearrange(LaneTile.FIRST);
        }
        sumRe.intoArray(sums, 4);
        sums[0] = Rows.sumOfLanes(sums, 4) + tailRe;
        sumIm.sub(sumMinus).intoArray(sums, 4);
        sums[1] = Rows.sumOfLanes(sums, 4) + tailIm;
        float firstRe = carryRe.lane(0);
        float firstIm = carryIm.lane(0);
        sums[2] = powers[0] * firstRe - powers[IM] * firstIm;
        sums[3] = powers[0] * firstIm + powers[IM] * firstRe;
    }
}
