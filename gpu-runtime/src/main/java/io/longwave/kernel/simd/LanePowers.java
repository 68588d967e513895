package io.longwave.kernel.simd;

import jdk.incubator.vector.FloatVector;

/**
 * Powers of a factor for a scan in lanes: a, a², … upward, then the same from a^lanes downward to a. What is too small to matter is zero, so that
 * no subnormal numbers come in.
 */
final class LanePowers {
    private static final int WIDTH = FloatVector.SPECIES_PREFERRED.length();
    private static final int UPWARD = Math.max(8, WIDTH);
    /** Where the downward powers start. */
    static final int DOWNWARD = UPWARD;
    static final int SIZE = UPWARD + WIDTH;
    private static final double SMALLEST = 1e-30;

    private LanePowers() {}

    /** Powers of a real factor, taken in double. */
    static float[] of(double a, float[] into) {
        double power = 1;
        for (int i = 0; i < UPWARD; i++) {
            power *= a;
            into[i] = kept(power);
            if (i < WIDTH) {
                into[DOWNWARD + WIDTH - 1 - i] = kept(power);
            }
        }
        return into;
    }

    /** Powers of a complex factor, real parts as {@link #of(double, float[])}, imaginary parts {@link #SIZE} further. */
    static float[] of(double aRe, double aIm, float[] into) {
        double re = 1;
        double im = 0;
        for (int i = 0; i < UPWARD; i++) {
            double next = re * aRe - im * aIm;
            im = re * aIm + im * aRe;
            re = next;
            into[i] = kept(re);
            into[SIZE + i] = kept(im);
            if (i < WIDTH) {
                into[DOWNWARD + WIDTH - 1 - i] = kept(re);
                into[SIZE + DOWNWARD + WIDTH - 1 - i] = kept(im);
            }
        }
        return into;
    }

    private static float kept(double power) {
        return Math.abs(power) < SMALLEST ? 0 : (float) power;
    }
}
