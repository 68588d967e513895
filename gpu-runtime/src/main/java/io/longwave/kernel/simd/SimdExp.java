package io.longwave.kernel.simd;

import static io.longwave.kernel.FloatExp.L0;
import static io.longwave.kernel.FloatExp.L1;
import static io.longwave.kernel.FloatExp.L2;
import static io.longwave.kernel.FloatExp.L3;
import static io.longwave.kernel.FloatExp.L4;
import static io.longwave.kernel.FloatExp.LOG2_E;
import static io.longwave.kernel.FloatExp.Q1;
import static io.longwave.kernel.FloatExp.Q2;
import static io.longwave.kernel.FloatExp.Q3;
import static io.longwave.kernel.FloatExp.Q4;
import static io.longwave.kernel.FloatExp.Q5;
import static io.longwave.kernel.FloatExp.ROUND;
import static io.longwave.kernel.FloatExp.SMALLEST_EXPONENT;

import io.longwave.kernel.FloatExp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatExp} in lanes, step by step the same. The methods are short so that the JIT inlines them into a loop; a vector handed to one
 * that is not inlined goes through the heap. Bounds are comparisons and blends, because the lanes' max takes six instructions for the sake of
 * NaN and −0.
 */
final class SimdExp {
    static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int ONE_BITS = 0x3f800000;

    private SimdExp() {}

    /** 2^y for y ≤ 0, see {@link FloatExp#exp2}. */
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

    /** 2^y − 1 for y ≤ 0, see {@link FloatExp#exp2Minus1}. */
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

    /** ln(1 + e^v), see {@link FloatExp#softplus}. */
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

    /** 1 / (1 + e^−v), see {@link FloatExp#sigmoid}. */
    static FloatVector sigmoid(FloatVector v) {
        FloatVector e = exp2(v.abs().neg().mul(LOG2_E));
        FloatVector s = FloatVector.broadcast(LANES, 1f).div(e.add(1f));
        return s.blend(e.mul(s), v.compare(VectorOperators.LT, 0f));
    }
}
