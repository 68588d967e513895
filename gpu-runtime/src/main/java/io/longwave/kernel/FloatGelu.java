package io.longwave.kernel;

/**
 * x Φ(x) in float32, out of add, mul, fma, division and comparisons alone: vector lanes that take the same steps give the same bits. Φ comes
 * from Abramowitz and Stegun 7.1.26 (error of erf below 1.5e-7); {@code kernel.simd} has the lanes' form.
 */
public final class FloatGelu {
    private static final float LOG2_E = 1.442695f;
    /** 1.5 · 2^23: adding it rounds to whole numbers in the low bits. */
    private static final float ROUND = 12582912f;
    /** Below this, at |x| &gt; 10.9, the exponential is exactly zero, for the sake of subnormal numbers. */
    private static final float SMALLEST_EXPONENT = -60f;
    private static final float SLOPE_OF_T = 0.3275911f * 0.70710678f;

    private FloatGelu() {}

    /** x Φ(x). */
    public static float value(float x) {
        float exponent = x * x * -0.5f;
        float y = Math.max(exponent, SMALLEST_EXPONENT);
        float shifted = y * LOG2_E + ROUND;
        float n = shifted - ROUND;
        float r = Math.fma(n, -0.693359375f, y);
        r = Math.fma(n, 2.12194440e-4f, r);
        float p = Math.fma(1.3888889e-3f, r, 8.3333333e-3f);
        p = Math.fma(p, r, 4.1666668e-2f);
        p = Math.fma(p, r, 1.6666667e-1f);
        p = Math.fma(p, r, 0.5f);
        p = Math.fma(p, r, 1f);
        p = Math.fma(p, r, 1f);
        float power = Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + 0x3f800000);
        float gauss = exponent < SMALLEST_EXPONENT ? 0 : p * power;
        float t = 1f / Math.fma(Math.abs(x), SLOPE_OF_T, 1f);
        float q = Math.fma(1.061405429f, t, -1.453152027f);
        q = Math.fma(q, t, 1.421413741f);
        q = Math.fma(q, t, -0.284496736f);
        q = Math.fma(q, t, 0.254829592f);
        float tail = q * t * gauss * 0.5f;
        return x * (x < 0 ? tail : 1f - tail);
    }
}
