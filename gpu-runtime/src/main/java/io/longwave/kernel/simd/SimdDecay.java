package io.longwave.kernel.simd;

import static io.longwave.kernel.FloatDecay.L0;
import static io.longwave.kernel.FloatDecay.L1;
import static io.longwave.kernel.FloatDecay.L2;
import static io.longwave.kernel.FloatDecay.L3;
import static io.longwave.kernel.FloatDecay.L4;
import static io.longwave.kernel.FloatDecay.LOG2_E;
import static io.longwave.kernel.FloatDecay.Q1;
import static io.longwave.kernel.FloatDecay.Q2;
import static io.longwave.kernel.FloatDecay.Q3;
import static io.longwave.kernel.FloatDecay.Q4;
import static io.longwave.kernel.FloatDecay.Q5;
import static io.longwave.kernel.FloatDecay.ROUND;
import static io.longwave.kernel.FloatDecay.SMALLEST_EXPONENT;
import static io.longwave.kernel.SelectiveStep.SMALL_HOLD;

import io.longwave.kernel.FloatDecay;
import io.longwave.kernel.SelectiveStep;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatDecay} in lanes, step by step the same: a scan takes one per state and step, so it has no step that decays do not need. Each
 * loop stands in one piece: when the JIT has compiled a shared exponential by itself first, it no longer inlines it, the vectors go through
 * the heap, and a scan takes five times as long. Bounds are comparisons and blends, because the lanes' max takes six instructions for the sake
 * of NaN and −0. The last vector may reach past a count: arrays have room for whole ones.
 */
final class SimdDecay {
    static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final int ONE_BITS = 0x3f800000;

    private SimdDecay() {}

    /**
     * ā = e^(Δ a), see {@link FloatDecay#exp2}.
     *
     * @param s where everything stands
     * @param sizes Δ
     * @param rate one vector a, none above 0
     * @param decays ā, out
     */
    static void decays(float[] s, int sizes, int rate, int decays, int count) {
        FloatVector rate2 = FloatVector.fromArray(LANES, s, rate).mul(LOG2_E);
        FloatVector q1 = FloatVector.broadcast(LANES, Q1);
        FloatVector q2 = FloatVector.broadcast(LANES, Q2);
        FloatVector q3 = FloatVector.broadcast(LANES, Q3);
        FloatVector q4 = FloatVector.broadcast(LANES, Q4);
        FloatVector q5 = FloatVector.broadcast(LANES, Q5);
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        for (int j = 0; j < count; j += WIDTH) {
            FloatVector exponent = FloatVector.fromArray(LANES, s, sizes + j).mul(rate2);
            FloatVector bounded = exponent.blend(SMALLEST_EXPONENT, exponent.compare(VectorOperators.LT, SMALLEST_EXPONENT));
            FloatVector shifted = bounded.add(ROUND);
            FloatVector r = bounded.sub(shifted.sub(ROUND));
            FloatVector p = r.fma(q5, q4);
            p = p.fma(r, q3);
            p = p.fma(r, q2);
            p = p.fma(r, q1);
            p = p.fma(r, one);
            FloatVector decay = p.reinterpretAsInts().add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            decay.intoArray(s, decays + j);
        }
    }

    /**
     * ā of two states at once, the bits of {@link #decays}: where no exponent is out of bounds none is compared, and two chains of operations
     * side by side leave no gaps, which together takes a third less time.
     *
     * @param largest no Δ is above it
     * @param rates two vectors a
     * @param decays ā of the first state, out; those of the second stand {@code apart} further
     */
    static void twoDecays(float[] s, int sizes, float largest, int rates, int decays, int apart, int count) {
        FloatVector rate0 = FloatVector.fromArray(LANES, s, rates).mul(LOG2_E);
        FloatVector rate1 = FloatVector.fromArray(LANES, s, rates + WIDTH).mul(LOG2_E);
        if (!withinBounds(s, rates, largest) || !withinBounds(s, rates + WIDTH, largest)) {
            decays(s, sizes, rates, decays, count);
            decays(s, sizes, rates + WIDTH, decays + apart, count);
            return;
        }
        FloatVector q1 = FloatVector.broadcast(LANES, Q1);
        FloatVector q2 = FloatVector.broadcast(LANES, Q2);
        FloatVector q3 = FloatVector.broadcast(LANES, Q3);
        FloatVector q4 = FloatVector.broadcast(LANES, Q4);
        FloatVector q5 = FloatVector.broadcast(LANES, Q5);
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        for (int j = 0; j < count; j += WIDTH) {
            FloatVector size = FloatVector.fromArray(LANES, s, sizes + j);
            FloatVector exponent0 = size.mul(rate0);
            FloatVector exponent1 = size.mul(rate1);
            FloatVector shifted0 = exponent0.add(ROUND);
            FloatVector shifted1 = exponent1.add(ROUND);
            FloatVector r0 = exponent0.sub(shifted0.sub(ROUND));
            FloatVector r1 = exponent1.sub(shifted1.sub(ROUND));
            FloatVector p0 = r0.fma(q5, q4);
            FloatVector p1 = r1.fma(q5, q4);
            p0 = p0.fma(r0, q3);
            p1 = p1.fma(r1, q3);
            p0 = p0.fma(r0, q2);
            p1 = p1.fma(r1, q2);
            p0 = p0.fma(r0, q1);
            p1 = p1.fma(r1, q1);
            p0 = p0.fma(r0, one);
            p1 = p1.fma(r1, one);
            p0.reinterpretAsInts().add(shifted0.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats()
                    .intoArray(s, decays + j);
            p1.reinterpretAsInts().add(shifted1.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats()
                    .intoArray(s, decays + apart + j);
        }
    }

    /** Whether no exponent of a vector of rates is below the smallest: rounding keeps the order of products. */
    static boolean withinBounds(float[] s, int rate, float largest) {
        return FloatVector.fromArray(LANES, s, rate).mul(LOG2_E).mul(largest).compare(VectorOperators.GE, SMALLEST_EXPONENT).allTrue();
    }

    /** The same of one rate. */
    static boolean withinBounds(float rate, float largest) {
        return rate * LOG2_E * largest >= SMALLEST_EXPONENT;
    }

    /** The largest of some numbers that are not negative; NaN is passed over, its exponential is NaN with bounds and without. */
    static float largest(float[] from, int at, int count, float[] scratch, int lanes) {
        FloatVector most = FloatVector.zero(LANES);
        int bound = LANES.loopBound(count);
        for (int j = 0; j < bound; j += WIDTH) {
            FloatVector value = FloatVector.fromArray(LANES, from, at + j);
            most = most.blend(value, value.compare(VectorOperators.GT, most));
        }
        most.intoArray(scratch, lanes);
        float largest = 0;
        for (int lane = 0; lane < WIDTH; lane++) {
            largest = scratch[lanes + lane] > largest ? scratch[lanes + lane] : largest;
        }
        for (int j = bound; j < count; j++) {
            largest = from[at + j] > largest ? from[at + j] : largest;
        }
        return largest;
    }

    /**
     * φ = (e^(Δ a) − 1) / a, by its series Δ (1 + Δ a/2 + (Δ a)²/6) where Δ a is above {@link SelectiveStep#SMALL_HOLD}; see
     * {@link FloatDecay#exp2Minus1}. Arguments as of {@link #decays}.
     */
    static void holds(float[] s, int sizes, int rate, int holds, int count) {
        FloatVector a = FloatVector.fromArray(LANES, s, rate);
        FloatVector rate2 = a.mul(LOG2_E);
        FloatVector inverse = FloatVector.broadcast(LANES, 1f).div(a);
        FloatVector half = FloatVector.broadcast(LANES, 0.5f);
        FloatVector sixth = FloatVector.broadcast(LANES, 1f / 6);
        FloatVector q1 = FloatVector.broadcast(LANES, Q1);
        FloatVector q2 = FloatVector.broadcast(LANES, Q2);
        FloatVector q3 = FloatVector.broadcast(LANES, Q3);
        FloatVector q4 = FloatVector.broadcast(LANES, Q4);
        FloatVector q5 = FloatVector.broadcast(LANES, Q5);
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        for (int j = 0; j < count; j += WIDTH) {
            FloatVector size = FloatVector.fromArray(LANES, s, sizes + j);
            FloatVector exponent = size.mul(rate2);
            FloatVector bounded = exponent.blend(SMALLEST_EXPONENT, exponent.compare(VectorOperators.LT, SMALLEST_EXPONENT));
            FloatVector shifted = bounded.add(ROUND);
            FloatVector r = bounded.sub(shifted.sub(ROUND));
            FloatVector q = r.fma(q5, q4);
            q = q.fma(r, q3);
            q = q.fma(r, q2);
            q = q.fma(r, q1);
            q = q.mul(r);
            FloatVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(ONE_BITS).reinterpretAsFloats();
            FloatVector z = size.mul(a);
            FloatVector series = size.mul(z.fma(z.fma(sixth, half), one));
            q.fma(power, power.sub(1f)).mul(inverse).blend(series, z.compare(VectorOperators.GT, SMALL_HOLD)).intoArray(s, holds + j);
        }
    }

    /** out = ln(1 + e^v), see {@link FloatDecay#softplus}; {@code out} may be {@code v}. */
    static void softplus(float[] s, int v, int out, int count) {
        FloatVector l0 = FloatVector.broadcast(LANES, L0);
        FloatVector l1 = FloatVector.broadcast(LANES, L1);
        FloatVector l2 = FloatVector.broadcast(LANES, L2);
        FloatVector l3 = FloatVector.broadcast(LANES, L3);
        FloatVector l4 = FloatVector.broadcast(LANES, L4);
        FloatVector q1 = FloatVector.broadcast(LANES, Q1);
        FloatVector q2 = FloatVector.broadcast(LANES, Q2);
        FloatVector q3 = FloatVector.broadcast(LANES, Q3);
        FloatVector q4 = FloatVector.broadcast(LANES, Q4);
        FloatVector q5 = FloatVector.broadcast(LANES, Q5);
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        for (int j = 0; j < count; j += WIDTH) {
            FloatVector value = FloatVector.fromArray(LANES, s, v + j);
            FloatVector exponent = value.abs().neg().mul(LOG2_E);
            FloatVector bounded = exponent.blend(SMALLEST_EXPONENT, exponent.compare(VectorOperators.LT, SMALLEST_EXPONENT));
            FloatVector shifted = bounded.add(ROUND);
            FloatVector r = bounded.sub(shifted.sub(ROUND));
            FloatVector p = r.fma(q5, q4);
            p = p.fma(r, q3);
            p = p.fma(r, q2);
            p = p.fma(r, q1);
            p = p.fma(r, one);
            FloatVector e = p.reinterpretAsInts().add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            FloatVector t = e.div(e.add(2f));
            FloatVector w = t.mul(t);
            FloatVector l = w.fma(l4, l3);
            l = l.fma(w, l2);
            l = l.fma(w, l1);
            l = l.fma(w, l0);
            l.fma(t, value.blend(0f, value.compare(VectorOperators.LT, 0f))).intoArray(s, out + j);
        }
    }

    /** out = 1 / (1 + e^−v), see {@link FloatDecay#sigmoid}; {@code out} may be {@code v}. */
    static void sigmoid(float[] from, int v, float[] into, int out, int count) {
        FloatVector q1 = FloatVector.broadcast(LANES, Q1);
        FloatVector q2 = FloatVector.broadcast(LANES, Q2);
        FloatVector q3 = FloatVector.broadcast(LANES, Q3);
        FloatVector q4 = FloatVector.broadcast(LANES, Q4);
        FloatVector q5 = FloatVector.broadcast(LANES, Q5);
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        for (int j = 0; j < count; j += WIDTH) {
            FloatVector value = FloatVector.fromArray(LANES, from, v + j);
            FloatVector exponent = value.abs().neg().mul(LOG2_E);
            FloatVector bounded = exponent.blend(SMALLEST_EXPONENT, exponent.compare(VectorOperators.LT, SMALLEST_EXPONENT));
            FloatVector shifted = bounded.add(ROUND);
            FloatVector r = bounded.sub(shifted.sub(ROUND));
            FloatVector p = r.fma(q5, q4);
            p = p.fma(r, q3);
            p = p.fma(r, q2);
            p = p.fma(r, q1);
            p = p.fma(r, one);
            FloatVector e = p.reinterpretAsInts().add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                    .reinterpretAsFloats();
            FloatVector t = one.div(e.add(1f));
            t.blend(e.mul(t), value.compare(VectorOperators.LT, 0f)).intoArray(into, out + j);
        }
    }
}
