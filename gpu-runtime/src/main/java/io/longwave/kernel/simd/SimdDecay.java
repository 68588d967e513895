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
 * {@link FloatDecay} in lanes, step by step the same: a scan takes one per state and step, so it has no step that decays do not need. The methods are short so that the JIT inlines them into a loop; a vector handed to one
 * that is not inlined goes through the heap. Bounds are comparisons and blends, because the lanes' max takes six instructions for the sake of
 * NaN and −0.
 */
final class SimdDecay {
    static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int ONE_BITS = 0x3f800000;

    private SimdDecay() {}

    /** 2^y for y ≤ 0, see {@link FloatDecay#exp2}. */
    static FloatVector exp2(FloatVector y) {
        FloatVector bounded = y.blend(SMALLEST_EXPONENT, y.compare(VectorOperators.LT, SMALLEST_EXPONENT));
        FloatVector shifted = bounded.add(ROUND);
        FloatVector r = bounded.sub(shifted.sub(ROUND));
        FloatVector p = r.fma(Q5, Q4);
        p = p.fma(r, FloatVector.broadcast(LANES, Q3));
        p = p.fma(r, FloatVector.broadcast(LANES, Q2));
        p = p.fma(r, FloatVector.broadcast(LANES, Q1));
        p = p.fma(r, FloatVector.broadcast(LANES, 1f));
        return p.reinterpretAsInts().add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
    }

    /** 2^y − 1 for y ≤ 0, see {@link FloatDecay#exp2Minus1}. */
    static FloatVector exp2Minus1(FloatVector y) {
        FloatVector bounded = y.blend(SMALLEST_EXPONENT, y.compare(VectorOperators.LT, SMALLEST_EXPONENT));
        FloatVector shifted = bounded.add(ROUND);
        FloatVector r = bounded.sub(shifted.sub(ROUND));
        FloatVector q = r.fma(Q5, Q4);
        q = q.fma(r, FloatVector.broadcast(LANES, Q3));
        q = q.fma(r, FloatVector.broadcast(LANES, Q2));
        q = q.fma(r, FloatVector.broadcast(LANES, Q1));
        q = q.mul(r);
        FloatVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(ONE_BITS).reinterpretAsFloats();
        return q.fma(power, power.sub(1f));
    }

    /**
     * (e^(Δ a) − 1) / a for a ≤ 0, by its series Δ (1 + Δ a/2 + (Δ a)²/6) where Δ a is above {@link SelectiveStep#SMALL_HOLD}.
     *
     * @param exponent Δ a log2 e
     * @param inverse 1 / a
     */
    static FloatVector hold(FloatVector size, FloatVector a, FloatVector exponent, FloatVector inverse) {
        FloatVector z = size.mul(a);
        FloatVector third = z.fma(FloatVector.broadcast(LANES, 1f / 6), FloatVector.broadcast(LANES, 0.5f));
        FloatVector series = size.mul(z.fma(third, FloatVector.broadcast(LANES, 1f)));
        return exp2Minus1(exponent).mul(inverse).blend(series, z.compare(VectorOperators.GT, SMALL_HOLD));
    }

    /** ln(1 + e^v), see {@link FloatDecay#softplus}. */
    static FloatVector softplus(FloatVector v) {
        FloatVector e = exp2(v.abs().neg().mul(LOG2_E));
        FloatVector s = e.div(e.add(2f));
        FloatVector w = s.mul(s);
        FloatVector p = w.fma(L4, L3);
        p = p.fma(w, FloatVector.broadcast(LANES, L2));
        p = p.fma(w, FloatVector.broadcast(LANES, L1));
        p = p.fma(w, FloatVector.broadcast(LANES, L0));
        return p.fma(s, v.blend(0f, v.compare(VectorOperators.LT, 0f)));
    }

    /** 1 / (1 + e^−v), see {@link FloatDecay#sigmoid}. */
    static FloatVector sigmoid(FloatVector v) {
        FloatVector e = exp2(v.abs().neg().mul(LOG2_E));
        FloatVector s = FloatVector.broadcast(LANES, 1f).div(e.add(1f));
        return s.blend(e.mul(s), v.compare(VectorOperators.LT, 0f));
    }
}
