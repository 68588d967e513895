package io.longwave.kernel.simd;

import java.util.Arrays;

import io.longwave.kernel.Dropout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * x Φ(x), its derivative Φ(x) + x φ(x) and dropout, many at a time. Φ comes from Abramowitz and Stegun 7.1.26 (error of erf below
 * 1.5e-7) and shares its exponential with φ; the exponential is 2^n times a polynomial of degree 6. No library lanes: their bits change
 * when the JIT compiles them. Each loop stands in one piece, because vectors handed to a helper that is not inlined go through the heap.
 * Counts are multiples of {@link #WIDTH}: the caller pads.
 */
final class SimdGelu {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    static final int WIDTH = LANES.length();
    private static final float SQRT_HALF = 0.70710678f;
    private static final float ONE_OVER_SQRT_TWO_PI = 0.3989423f;
    /** 1.5 · 2^23: adding it rounds to whole numbers in the low bits. */
    private static final float ROUND = 12582912f;
    private static final float LOG2_E = 1.442695f;
    private static final int ONE_BITS = 0x3f800000;
    /**
     * Below this, at |x| &gt; 10.9, the exponential is exactly zero. A true e^-60 is 1e-26 and lost next to anything it is added to; but smaller
     * ones, or their products with gradients, would be subnormal numbers, and a product of matrices full of those ran 35 times slower.
     */
    private static final float SMALLEST_EXPONENT = -60f;

    private SimdGelu() {}

    /** values[i] = gelu(values[i]) from {@code at} on. */
    static void values(float[] values, int at, int count) {
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        FloatVector half = FloatVector.broadcast(LANES, 0.5f);
        FloatVector lnHigh = FloatVector.broadcast(LANES, -0.693359375f);
        FloatVector lnLow = FloatVector.broadcast(LANES, 2.12194440e-4f);
        FloatVector e3 = FloatVector.broadcast(LANES, 1.6666667e-1f);
        FloatVector e4 = FloatVector.broadcast(LANES, 4.1666668e-2f);
        FloatVector e5 = FloatVector.broadcast(LANES, 8.3333333e-3f);
        FloatVector slopeOfT = FloatVector.broadcast(LANES, 0.3275911f * SQRT_HALF);
        FloatVector q1 = FloatVector.broadcast(LANES, 0.254829592f);
        FloatVector q2 = FloatVector.broadcast(LANES, -0.284496736f);
        FloatVector q3 = FloatVector.broadcast(LANES, 1.421413741f);
        FloatVector q4 = FloatVector.broadcast(LANES, -1.453152027f);
        for (int i = at; i < at + count; i += WIDTH) {
            FloatVector x = FloatVector.fromArray(LANES, values, i);
            // e^(-x^2/2) = 2^n p(r)
            FloatVector exponent = x.mul(x).mul(-0.5f);
            FloatVector y = exponent.max(SMALLEST_EXPONENT);
            FloatVector shifted = y.mul(LOG2_E).add(ROUND);
            FloatVector n = shifted.sub(ROUND);
            FloatVector r = n.fma(lnHigh, y);
            r = n.fma(lnLow, r);
            FloatVector p = FloatVector.broadcast(LANES, 1.3888889e-3f);
            p = p.fma(r, e5);
            p = p.fma(r, e4);
            p = p.fma(r, e3);
            p = p.fma(r, half);
            p = p.fma(r, one);
            p = p.fma(r, one);
            FloatVector gauss = p.mul(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(ONE_BITS).reinterpretAsFloats())
                    .blend(0f, exponent.compare(VectorOperators.LT, SMALLEST_EXPONENT));
            // upper tail of the normal distribution at |x|
            FloatVector t = one.div(x.abs().fma(slopeOfT, one));
            FloatVector q = FloatVector.broadcast(LANES, 1.061405429f);
            q = q.fma(t, q4);
            q = q.fma(t, q3);
            q = q.fma(t, q2);
            q = q.fma(t, q1);
            FloatVector tail = q.mul(t).mul(gauss).mul(0.5f);
            FloatVector probability = one.sub(tail).blend(tail, x.compare(VectorOperators.LT, 0f));
            x.mul(probability).intoArray(values, i);
        }
    }

    /** The same, and slopes[i] = gelu'(values[i]). */
    static void valuesAndSlopes(float[] values, float[] slopes, int at, int count) {
        FloatVector one = FloatVector.broadcast(LANES, 1f);
        FloatVector half = FloatVector.broadcast(LANES, 0.5f);
        FloatVector lnHigh = FloatVector.broadcast(LANES, -0.693359375f);
        FloatVector lnLow = FloatVector.broadcast(LANES, 2.12194440e-4f);
        FloatVector e3 = FloatVector.broadcast(LANES, 1.6666667e-1f);
        FloatVector e4 = FloatVector.broadcast(LANES, 4.1666668e-2f);
        FloatVector e5 = FloatVector.broadcast(LANES, 8.3333333e-3f);
        FloatVector slopeOfT = FloatVector.broadcast(LANES, 0.3275911f * SQRT_HALF);
        FloatVector q1 = FloatVector.broadcast(LANES, 0.254829592f);
        FloatVector q2 = FloatVector.broadcast(LANES, -0.284496736f);
        FloatVector q3 = FloatVector.broadcast(LANES, 1.421413741f);
        FloatVector q4 = FloatVector.broadcast(LANES, -1.453152027f);
        for (int i = at; i < at + count; i += WIDTH) {
            FloatVector x = FloatVector.fromArray(LANES, values, i);
            // e^(-x^2/2) = 2^n p(r)
            FloatVector exponent = x.mul(x).mul(-0.5f);
            FloatVector y = exponent.max(SMALLEST_EXPONENT);
            FloatVector shifted = y.mul(LOG2_E).add(ROUND);
            FloatVector n = shifted.sub(ROUND);
            FloatVector r = n.fma(lnHigh, y);
            r = n.fma(lnLow, r);
            FloatVector p = FloatVector.broadcast(LANES, 1.3888889e-3f);
            p = p.fma(r, e5);
            p = p.fma(r, e4);
            p = p.fma(r, e3);
            p = p.fma(r, half);
            p = p.fma(r, one);
            p = p.fma(r, one);
            FloatVector gauss = p.mul(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(ONE_BITS).reinterpretAsFloats())
                    .blend(0f, exponent.compare(VectorOperators.LT, SMALLEST_EXPONENT));
            // upper tail of the normal distribution at |x|
            FloatVector t = one.div(x.abs().fma(slopeOfT, one));
            FloatVector q = FloatVector.broadcast(LANES, 1.061405429f);
            q = q.fma(t, q4);
            q = q.fma(t, q3);
            q = q.fma(t, q2);
            q = q.fma(t, q1);
            FloatVector tail = q.mul(t).mul(gauss).mul(0.5f);
            FloatVector probability = one.sub(tail).blend(tail, x.compare(VectorOperators.LT, 0f));
            x.mul(probability).intoArray(values, i);
            gauss.mul(ONE_OVER_SQRT_TWO_PI).fma(x, probability).intoArray(slopes, i);
        }
    }

    /**
     * Sets dropped values to zero and scales the others, in one pass with the hash of {@link Dropout} in lanes.
     *
     * @param first number of the element at {@code at}
     */
    static void drop(Dropout dropout, int first, float[] values, int at, int count) {
        if (dropout.span() != 1) {
            dropSpans(dropout, first, values, at, count);
            return;
        }
        IntVector counter = IntVector.broadcast(INTS, first).addIndex(1);
        int key = dropout.key();
        int threshold = dropout.threshold();
        float scale = (float) dropout.scale();
        for (int i = 0; i < count; i += WIDTH) {
            IntVector x = counter.add(i).lanewise(VectorOperators.XOR, key);
            x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16)).mul(0x7feb352d);
            x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15)).mul(0x846ca68b);
            x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16)).lanewise(VectorOperators.LSHR, 1);
            FloatVector kept = FloatVector.fromArray(LANES, values, at + i).mul(scale);
            kept.blend(0f, x.compare(VectorOperators.LT, threshold).cast(LANES)).intoArray(values, at + i);
        }
    }

    private static void dropSpans(Dropout dropout, int first, float[] values, int at, int count) {
        float scale = (float) dropout.scale();
        int span = dropout.span();
        int i = 0;
        while (i < count) {
            int next = Math.min(count, i + span - (first + i) % span); // one draw as far as the span reaches
            if (dropout.keeps(first + i)) {
                Rows.scale(scale, values, at + i, values, at + i, next - i);
            } else {
                Arrays.fill(values, at + i, at + next, 0);
            }
            i = next;
        }
    }
}
