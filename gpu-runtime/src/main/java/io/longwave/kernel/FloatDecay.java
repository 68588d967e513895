package io.longwave.kernel;

/**
 * Exponentials of numbers that are not positive and what is made of them in float32, out of add, mul, fma, division and comparisons alone: vector lanes that take the same
 * steps give the same bits, interpreted or compiled. These are the loops' forms and the definition; {@code kernel.simd} has the lanes'.
 *
 * <p>2^y = 2^n (1 + q(r)) with n the whole number nearest to y, r = y − n exact, and q a minimax polynomial of degree 5 without constant
 * term: relative error 9e-8 before rounding, 2^0 = 1 exactly. {@code Math.exp} is no substitute, its lanes are another library.
 */
public final class FloatDecay {
    public static final float LOG2_E = 1.442695f;
    public static final float LN_2 = 0.6931472f;
    /**
     * Exponents below this count as this, e^-60. The true value is lost beside anything it is added to, and smaller ones would bring subnormal
     * numbers, on which a multiply-add costs a processor a hundred ordinary ones.
     */
    public static final float SMALLEST_EXPONENT = -87f;
    /** 1.5 · 2^23: adding it rounds to whole numbers in the low bits. */
    public static final float ROUND = 12582912f;
    public static final float Q1 = 0.693147f;
    public static final float Q2 = 0.24022242f;
    public static final float Q3 = 0.055507336f;
    public static final float Q4 = 0.009671513f;
    public static final float Q5 = 0.0013264727f;
    /** Of 2 artanh(s) = s (L0 + L1 s² + …), s ≤ 1/3; relative error 4e-9. */
    public static final float L0 = 2f;
    public static final float L1 = 0.6666632f;
    public static final float L2 = 0.4002491f;
    public static final float L3 = 0.279606f;
    public static final float L4 = 0.28178334f;
    /**
     * Added to what drives a state, so that a state without input comes to rest here and not among the subnormal numbers: nothing that is
     * measured is as small, and the product of two is still an ordinary number.
     */
    public static final float REST = 0x1p-60f;

    private FloatDecay() {}

    /** 2^y for y ≤ 0, at least 2^-87; NaN stays NaN. Nothing is promised for y above 0. */
    public static float exp2(float y) {
        float bounded = y < SMALLEST_EXPONENT ? SMALLEST_EXPONENT : y;
        float shifted = bounded + ROUND;
        float r = bounded - (shifted - ROUND);
        float p = Math.fma(Q5, r, Q4);
        p = Math.fma(p, r, Q3);
        p = Math.fma(p, r, Q2);
        p = Math.fma(p, r, Q1);
        p = Math.fma(p, r, 1f);
        return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(shifted) << 23));
    }

    /** 2^y − 1 for y ≤ 0 with a small relative error near 0. */
    public static float exp2Minus1(float y) {
        float bounded = y < SMALLEST_EXPONENT ? SMALLEST_EXPONENT : y;
        float shifted = bounded + ROUND;
        float r = bounded - (shifted - ROUND);
        float q = Math.fma(Q5, r, Q4);
        q = Math.fma(q, r, Q3);
        q = Math.fma(q, r, Q2);
        q = Math.fma(q, r, Q1);
        q = q * r;
        float power = Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + 0x3f800000);
        return Math.fma(q, power, power - 1f);
    }

    /** ln(1 + e^v) = max(v, 0) + ln(1 + e^−|v|): exact in the limits on both sides, so that no threshold is needed. */
    public static float softplus(float v) {
        float e = exp2(-Math.abs(v) * LOG2_E);
        float s = e / (2f + e);
        float w = s * s;
        float p = Math.fma(L4, w, L3);
        p = Math.fma(p, w, L2);
        p = Math.fma(p, w, L1);
        p = Math.fma(p, w, L0);
        return Math.fma(p, s, v < 0f ? 0f : v);
    }

    /** 1 / (1 + e^−v), the slope of {@link #softplus}. */
    public static float sigmoid(float v) {
        float e = exp2(-Math.abs(v) * LOG2_E);
        float s = 1f / (1f + e);
        return v < 0f ? e * s : s;
    }
}
