package io.longwave.kernel.simd;

import io.longwave.kernel.Dropout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * x Φ(x), its derivative Φ(x) + x φ(x) and the dropout mask, many at a time. Φ comes from Abramowitz and Stegun 7.1.26 (error of erf below
 * 1.5e-7) and shares its exponential with φ; the exponential is 2^n times a polynomial of degree 6. No library lanes: their bits change
 * when the JIT compiles them. The last, part-filled vector runs through the same lanes under a mask.
 */
final class SimdGelu {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INT_LANES = IntVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final float SQRT_HALF = 0.70710678f;
    private static final float ONE_OVER_SQRT_TWO_PI = 0.3989423f;
    /** 1.5 · 2^23: adding it rounds to whole numbers in the low bits. */
    private static final float ROUND = 12582912f;
    private static final float LOG2_E = 1.442695f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    /** Below this the exponential is zero for our purposes and 2^n would leave the range. */
    private static final float SMALLEST_EXPONENT = -87f;

    private SimdGelu() {}

    /** out[i] = mask(counter + i) scale gelu(s[at + i]). */
    static void values(float[] s, int at, int count, Dropout dropout, int counter, float[] out, int outAt) {
        for (int i = 0; i < count; i += WIDTH) {
            VectorMask<Float> inside = LANES.indexInRange(i, count);
            FloatVector x = FloatVector.fromArray(LANES, s, at + i, inside);
            FloatVector value = x.mul(probability(x, gauss(x)));
            keep(value, dropout, counter + i).intoArray(out, outAt + i, inside);
        }
    }

    /** The same, and slope[i] = mask(counter + i) scale gelu'(s[at + i]). */
    static void valuesAndSlopes(float[] s, int at, int count, Dropout dropout, int counter, float[] out, float[] slope, int outAt) {
        for (int i = 0; i < count; i += WIDTH) {
            VectorMask<Float> inside = LANES.indexInRange(i, count);
            FloatVector x = FloatVector.fromArray(LANES, s, at + i, inside);
            FloatVector gauss = gauss(x);
            FloatVector probability = probability(x, gauss);
            keep(x.mul(probability), dropout, counter + i).intoArray(out, outAt + i, inside);
            FloatVector derivative = gauss.mul(ONE_OVER_SQRT_TWO_PI).fma(x, probability);
            keep(derivative, dropout, counter + i).intoArray(slope, outAt + i, inside);
        }
    }

    /** e^(−x²/2). */
    private static FloatVector gauss(FloatVector x) {
        FloatVector y = x.mul(x).mul(-0.5f).max(SMALLEST_EXPONENT);
        FloatVector shifted = y.mul(LOG2_E).add(ROUND);
        FloatVector n = shifted.sub(ROUND);
        FloatVector r = n.fma(FloatVector.broadcast(LANES, -LN2_HIGH), y);
        r = n.fma(FloatVector.broadcast(LANES, -LN2_LOW), r);
        FloatVector p = FloatVector.broadcast(LANES, 1.3888889e-3f);
        p = p.fma(r, FloatVector.broadcast(LANES, 8.3333333e-3f));
        p = p.fma(r, FloatVector.broadcast(LANES, 4.1666668e-2f));
        p = p.fma(r, FloatVector.broadcast(LANES, 1.6666667e-1f));
        p = p.fma(r, FloatVector.broadcast(LANES, 0.5f));
        p = p.fma(r, FloatVector.broadcast(LANES, 1f));
        p = p.fma(r, FloatVector.broadcast(LANES, 1f));
        IntVector power = shifted.viewAsIntegralLanes().reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(0x3f800000);
        return p.mul(power.reinterpretAsFloats());
    }

    /** Φ(x), given e^(−x²/2). */
    private static FloatVector probability(FloatVector x, FloatVector gauss) {
        FloatVector z = x.abs().mul(SQRT_HALF);
        FloatVector t = FloatVector.broadcast(LANES, 1f)
                .div(z.fma(FloatVector.broadcast(LANES, 0.3275911f), FloatVector.broadcast(LANES, 1f)));
        FloatVector p = FloatVector.broadcast(LANES, 1.061405429f);
        p = p.fma(t, FloatVector.broadcast(LANES, -1.453152027f));
        p = p.fma(t, FloatVector.broadcast(LANES, 1.421413741f));
        p = p.fma(t, FloatVector.broadcast(LANES, -0.284496736f));
        p = p.fma(t, FloatVector.broadcast(LANES, 0.254829592f));
        FloatVector tail = p.mul(t).mul(gauss).mul(0.5f);
        return FloatVector.broadcast(LANES, 1f).sub(tail).blend(tail, x.compare(VectorOperators.LT, 0f));
    }

    private static FloatVector keep(FloatVector value, Dropout dropout, int counter) {
        if (dropout.rate() == 0) {
            return value;
        }
        IntVector x;
        if (dropout.span() == 1) {
            x = IntVector.broadcast(INT_LANES, counter).addIndex(1);
        } else {
            int[] counters = new int[WIDTH];
            for (int l = 0; l < WIDTH; l++) {
                counters[l] = (counter + l) / dropout.span();
            }
            x = IntVector.fromArray(INT_LANES, counters, 0);
        }
        x = x.lanewise(VectorOperators.XOR, dropout.key());
        x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16)).mul(0x7feb352d);
        x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15)).mul(0x846ca68b);
        x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16)).lanewise(VectorOperators.LSHR, 1);
        VectorMask<Float> dropped = x.compare(VectorOperators.LT, dropout.threshold()).cast(LANES);
        return value.mul((float) dropout.scale()).blend(0f, dropped);
    }
}
