package io.longwave.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * e^x and what is made of it, in lanes and for single numbers with the same bits, so that a scalar tail continues a vector loop. e^x is 2^n
 * times the Taylor polynomial of degree 7 on |r| ≤ ln 2 / 2, whose remainder is 5e-9; the relative error is at most 2 units of the last
 * place. No library lanes: their bits change when the JIT compiles them. Methods are small enough to be inlined into a hot loop.
 */
final class SimdExp {
    static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    static final int WIDTH = LANES.length();
    /** 1.5 · 2^23: adding it rounds to whole numbers in the low bits. */
    private static final float ROUND = 12582912f;
    private static final float LOG2_E = 1.442695f;
    /** ln 2 in two parts, the first with few enough bits that its products with whole numbers are exact. */
    private static final float LN_HIGH = 0.693359375f;
    private static final float LN_LOW = -2.12194440e-4f;
    /** Of 2^−1: half of the power is made of bits, so that 2^128 does not run over before the polynomial is multiplied in. */
    private static final int HALF_BITS = 0x3f000000;
    /** Beyond it e^x is infinite in float32. */
    private static final float LARGEST = 89f;
    /** Below it e^x is returned as zero: the numbers there are subnormal or next to it, and cost a hundred ordinary operations. */
    private static final float SMALLEST = -86f;
    private static final float C7 = 1.9841270e-4f;
    private static final float C6 = 1.3888889e-3f;
    private static final float C5 = 8.3333333e-3f;
    private static final float C4 = 4.1666668e-2f;
    private static final float C3 = 1.6666667e-1f;

    private SimdExp() {}

    /** e^x; 0 below −86, infinite above 88.73, NaN for NaN. */
    static FloatVector exp(FloatVector x) {
        FloatVector y = x.blend(LARGEST, x.compare(VectorOperators.GT, LARGEST));
        FloatVector shifted = y.mul(LOG2_E).add(ROUND);
        FloatVector n = shifted.sub(ROUND);
        FloatVector r = n.fma(FloatVector.broadcast(LANES, -LN_HIGH), y);
        r = n.fma(FloatVector.broadcast(LANES, -LN_LOW), r);
        FloatVector p = r.fma(FloatVector.broadcast(LANES, C7), FloatVector.broadcast(LANES, C6));
        p = p.fma(r, FloatVector.broadcast(LANES, C5));
        p = p.fma(r, FloatVector.broadcast(LANES, C4));
        p = p.fma(r, FloatVector.broadcast(LANES, C3));
        p = p.fma(r, FloatVector.broadcast(LANES, 0.5f));
        p = p.fma(r, FloatVector.broadcast(LANES, 1f));
        p = p.fma(r, FloatVector.broadcast(LANES, 1f));
        FloatVector half = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(HALF_BITS).reinterpretAsFloats();
        return p.mul(half).mul(2f).blend(0f, x.compare(VectorOperators.LT, SMALLEST));
    }

    /** The same for one number, to the bit. */
    static float exp(float x) {
        if (x < SMALLEST) {
            return 0;
        }
        float y = x > LARGEST ? LARGEST : x;
        float shifted = y * LOG2_E + ROUND;
        float n = shifted - ROUND;
        float r = Math.fma(n, -LN_HIGH, y);
        r = Math.fma(n, -LN_LOW, r);
        float p = Math.fma(r, C7, C6);
        p = Math.fma(p, r, C5);
        p = Math.fma(p, r, C4);
        p = Math.fma(p, r, C3);
        p = Math.fma(p, r, 0.5f);
        p = Math.fma(p, r, 1f);
        p = Math.fma(p, r, 1f);
        float half = Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + HALF_BITS);
        return p * half * 2f;
    }

    /** 1 / (1 + e^−x). */
    static FloatVector sigmoid(FloatVector x) {
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        return one.div(exp(x.neg()).add(one));
    }

    /** The same for one number, to the bit. */
    static float sigmoid(float x) {
        return 1f / (exp(-x) + 1f);
    }

    /** ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|). */
    static FloatVector softplus(FloatVector x) {
        return x.blend(0f, x.compare(VectorOperators.LT, 0f)).add(log1p(exp(x.abs().neg())));
    }

    /** The same for one number, to the bit. */
    static float softplus(float x) {
        return (x < 0 ? 0 : x) + log1p(exp(-Math.abs(x)));
    }

    /** ln(1 + z) = 2 artanh(s), s = z / (2 + z) ≤ 1/3, for z in [0, 1]: the series to s^13, relative error 3e-8 of the series. */
    static FloatVector log1p(FloatVector z) {
        FloatVector s = z.div(z.add(2f));
        FloatVector q = s.mul(s);
        FloatVector p = q.fma(FloatVector.broadcast(LANES, 1 / 13f), FloatVector.broadcast(LANES, 1 / 11f));
        p = p.fma(q, FloatVector.broadcast(LANES, 1 / 9f));
        p = p.fma(q, FloatVector.broadcast(LANES, 1 / 7f));
        p = p.fma(q, FloatVector.broadcast(LANES, 1 / 5f));
        p = p.fma(q, FloatVector.broadcast(LANES, 1 / 3f));
        p = p.fma(q, FloatVector.broadcast(LANES, 1f));
        return p.mul(s).mul(2f);
    }

    /** The same for one number in [0, 1], to the bit. */
    static float log1p(float z) {
        float s = z / (z + 2f);
        float q = s * s;
        float p = Math.fma(q, 1 / 13f, 1 / 11f);
        p = Math.fma(p, q, 1 / 9f);
        p = Math.fma(p, q, 1 / 7f);
        p = Math.fma(p, q, 1 / 5f);
        p = Math.fma(p, q, 1 / 3f);
        p = Math.fma(p, q, 1f);
        return p * s * 2f;
    }
}
