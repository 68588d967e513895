package io.longwave.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The last pass of {@link TransformPlan}: a discrete Fourier transform within each vector. A butterfly adds a vector, with every second group
 * of lanes negated, to itself with the groups swapped.
 *
 * <p>Every method stays below about 150 vector operations: where the JIT has made 18 000 nodes of a method it puts inlining off, and vectors
 * that cross what is inlined late go through the heap (30 times slower).
 */
final class LanePass {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final VectorShuffle<Float> SWAP_8 = swap(8);
    private static final VectorShuffle<Float> SWAP_4 = swap(4);
    private static final VectorShuffle<Float> SWAP_2 = swap(2);
    private static final VectorShuffle<Float> SWAP_1 = swap(1);
    private static final int SIGNS_8 = 0;
    private static final int SIGNS_4 = 4 * WIDTH;
    private static final int SIGNS_2 = 8 * WIDTH;
    private static final int SIGNS_1 = 12 * WIDTH;
    private static final float[] ROOTS = roots();

    private LanePass() {}

    private static VectorShuffle<Float> swap(int half) {
        return VectorShuffle.fromOp(LANES, lane -> (lane ^ half) % WIDTH);
    }

    /**
     * For the halves 8, 4, 2 and 1: 1 in the first half of each group of lanes and −1 in the second; then 1 in the first half and
     * exp(πi (lane mod half) / half) in the second as real parts, imaginary parts, and those negated.
     */
    private static float[] roots() {
        float[] roots = new float[16 * WIDTH];
        int at = 0;
        for (int half = 8; half >= 1; half /= 2) {
            for (int lane = 0; lane < WIDTH; lane++) {
                boolean second = (lane & half) != 0;
                double angle = second ? Math.PI * (lane % half) / half : 0;
                roots[at + lane] = second ? -1 : 1;
                roots[at + WIDTH + lane] = (float) Math.cos(angle);
                roots[at + 2 * WIDTH + lane] = (float) Math.sin(angle);
                roots[at + 3 * WIDTH + lane] = (float) -Math.sin(angle);
            }
            at += 4 * WIDTH;
        }
        return roots;
    }

    /** To the values of the polynomial. */
    static void forward(float[] z, int re, int im, int count) {
        FloatVector sign8 = FloatVector.fromArray(LANES, ROOTS, SIGNS_8);
        FloatVector sign4 = FloatVector.fromArray(LANES, ROOTS, SIGNS_4);
        FloatVector sign2 = FloatVector.fromArray(LANES, ROOTS, SIGNS_2);
        FloatVector sign1 = FloatVector.fromArray(LANES, ROOTS, SIGNS_1);
        FloatVector re8 = FloatVector.fromArray(LANES, ROOTS, SIGNS_8 + WIDTH);
        FloatVector im8 = FloatVector.fromArray(LANES, ROOTS, SIGNS_8 + 2 * WIDTH);
        FloatVector minus8 = FloatVector.fromArray(LANES, ROOTS, SIGNS_8 + 3 * WIDTH);
        FloatVector re4 = FloatVector.fromArray(LANES, ROOTS, SIGNS_4 + WIDTH);
        FloatVector im4 = FloatVector.fromArray(LANES, ROOTS, SIGNS_4 + 2 * WIDTH);
        FloatVector minus4 = FloatVector.fromArray(LANES, ROOTS, SIGNS_4 + 3 * WIDTH);
        FloatVector re2 = FloatVector.fromArray(LANES, ROOTS, SIGNS_2 + WIDTH);
        FloatVector im2 = FloatVector.fromArray(LANES, ROOTS, SIGNS_2 + 2 * WIDTH);
        FloatVector minus2 = FloatVector.fromArray(LANES, ROOTS, SIGNS_2 + 3 * WIDTH);
        for (int at = 0; at < count; at += WIDTH) {
            FloatVector r = FloatVector.fromArray(LANES, z, re + at);
            FloatVector i = FloatVector.fromArray(LANES, z, im + at);
            if (WIDTH >= 16) {
                r = r.fma(sign8, r.rearrange(SWAP_8));
                i = i.fma(sign8, i.rearrange(SWAP_8));
                FloatVector x = i.fma(minus8, r.mul(re8));
                i = r.fma(im8, i.mul(re8));
                r = x;
            }
            if (WIDTH >= 8) {
                r = r.fma(sign4, r.rearrange(SWAP_4));
                i = i.fma(sign4, i.rearrange(SWAP_4));
                FloatVector x = i.fma(minus4, r.mul(re4));
                i = r.fma(im4, i.mul(re4));
                r = x;
            }
            {
                r = r.fma(sign2, r.rearrange(SWAP_2));
                i = i.fma(sign2, i.rearrange(SWAP_2));
                FloatVector x = i.fma(minus2, r.mul(re2));
                i = r.fma(im2, i.mul(re2));
                r = x;
            }
            r = r.fma(sign1, r.rearrange(SWAP_1));
            i = i.fma(sign1, i.rearrange(SWAP_1));
            r.intoArray(z, re + at);
            i.intoArray(z, im + at);
        }
    }

    /** Undoes {@link #forward} but for a factor of the lane width. */
    static void inverse(float[] z, int re, int im, int count) {
        FloatVector sign8 = FloatVector.fromArray(LANES, ROOTS, SIGNS_8);
        FloatVector sign4 = FloatVector.fromArray(LANES, ROOTS, SIGNS_4);
        FloatVector sign2 = FloatVector.fromArray(LANES, ROOTS, SIGNS_2);
        FloatVector sign1 = FloatVector.fromArray(LANES, ROOTS, SIGNS_1);
        FloatVector re8 = FloatVector.fromArray(LANES, ROOTS, SIGNS_8 + WIDTH);
        FloatVector im8 = FloatVector.fromArray(LANES, ROOTS, SIGNS_8 + 2 * WIDTH);
        FloatVector minus8 = FloatVector.fromArray(LANES, ROOTS, SIGNS_8 + 3 * WIDTH);
        FloatVector re4 = FloatVector.fromArray(LANES, ROOTS, SIGNS_4 + WIDTH);
        FloatVector im4 = FloatVector.fromArray(LANES, ROOTS, SIGNS_4 + 2 * WIDTH);
        FloatVector minus4 = FloatVector.fromArray(LANES, ROOTS, SIGNS_4 + 3 * WIDTH);
        FloatVector re2 = FloatVector.fromArray(LANES, ROOTS, SIGNS_2 + WIDTH);
        FloatVector im2 = FloatVector.fromArray(LANES, ROOTS, SIGNS_2 + 2 * WIDTH);
        FloatVector minus2 = FloatVector.fromArray(LANES, ROOTS, SIGNS_2 + 3 * WIDTH);
        for (int at = 0; at < count; at += WIDTH) {
            FloatVector r = FloatVector.fromArray(LANES, z, re + at);
            FloatVector i = FloatVector.fromArray(LANES, z, im + at);
            r = r.fma(sign1, r.rearrange(SWAP_1));
            i = i.fma(sign1, i.rearrange(SWAP_1));
            {
                FloatVector x = i.fma(im2, r.mul(re2));
                i = r.fma(minus2, i.mul(re2));
                r = x;
                r = r.fma(sign2, r.rearrange(SWAP_2));
                i = i.fma(sign2, i.rearrange(SWAP_2));
            }
            if (WIDTH >= 8) {
                FloatVector x = i.fma(im4, r.mul(re4));
                i = r.fma(minus4, i.mul(re4));
                r = x;
                r = r.fma(sign4, r.rearrange(SWAP_4));
                i = i.fma(sign4, i.rearrange(SWAP_4));
            }
            if (WIDTH >= 16) {
                FloatVector x = i.fma(im8, r.mul(re8));
                i = r.fma(minus8, i.mul(re8));
                r = x;
                r = r.fma(sign8, r.rearrange(SWAP_8));
                i = i.fma(sign8, i.rearrange(SWAP_8));
            }
            r.intoArray(z, re + at);
            i.intoArray(z, im + at);
        }
    }

    /** To the values, times k at the same places, and back. */
    static void multiply(float[] z, int re, int im, int count, float[] k) {
        FloatVector sign8 = FloatVector.fromArray(LANES, ROOTS, SIGNS_8);
        FloatVector sign4 = FloatVector.fromArray(LANES, ROOTS, SIGNS_4);
        FloatVector sign2 = FloatVector.fromArray(LANES, ROOTS, SIGNS_2);
        FloatVector sign1 = FloatVector.fromArray(LANES, ROOTS, SIGNS_1);
        FloatVector re8 = FloatVector.fromArray(LANES, ROOTS, SIGNS_8 + WIDTH);
        FloatVector im8 = FloatVector.fromArray(LANES, ROOTS, SIGNS_8 + 2 * WIDTH);
        FloatVector minus8 = FloatVector.fromArray(LANES, ROOTS, SIGNS_8 + 3 * WIDTH);
        FloatVector re4 = FloatVector.fromArray(LANES, ROOTS, SIGNS_4 + WIDTH);
        FloatVector im4 = FloatVector.fromArray(LANES, ROOTS, SIGNS_4 + 2 * WIDTH);
        FloatVector minus4 = FloatVector.fromArray(LANES, ROOTS, SIGNS_4 + 3 * WIDTH);
        FloatVector re2 = FloatVector.fromArray(LANES, ROOTS, SIGNS_2 + WIDTH);
        FloatVector im2 = FloatVector.fromArray(LANES, ROOTS, SIGNS_2 + 2 * WIDTH);
        FloatVector minus2 = FloatVector.fromArray(LANES, ROOTS, SIGNS_2 + 3 * WIDTH);
        for (int at = 0; at < count; at += WIDTH) {
            FloatVector r = FloatVector.fromArray(LANES, z, re + at);
            FloatVector i = FloatVector.fromArray(LANES, z, im + at);
            if (WIDTH >= 16) {
                r = r.fma(sign8, r.rearrange(SWAP_8));
                i = i.fma(sign8, i.rearrange(SWAP_8));
                FloatVector x = i.fma(minus8, r.mul(re8));
                i = r.fma(im8, i.mul(re8));
                r = x;
            }
            if (WIDTH >= 8) {
                r = r.fma(sign4, r.rearrange(SWAP_4));
                i = i.fma(sign4, i.rearrange(SWAP_4));
                FloatVector x = i.fma(minus4, r.mul(re4));
                i = r.fma(im4, i.mul(re4));
                r = x;
            }
            {
                r = r.fma(sign2, r.rearrange(SWAP_2));
                i = i.fma(sign2, i.rearrange(SWAP_2));
                FloatVector x = i.fma(minus2, r.mul(re2));
                i = r.fma(im2, i.mul(re2));
                r = x;
            }
            r = r.fma(sign1, r.rearrange(SWAP_1));
            i = i.fma(sign1, i.rearrange(SWAP_1));
            FloatVector kr = FloatVector.fromArray(LANES, k, re + at);
            FloatVector ki = FloatVector.fromArray(LANES, k, im + at);
            FloatVector product = r.mul(kr).sub(i.mul(ki));
            i = r.fma(ki, i.mul(kr));
            r = product;
            r = r.fma(sign1, r.rearrange(SWAP_1));
            i = i.fma(sign1, i.rearrange(SWAP_1));
            {
                FloatVector x = i.fma(im2, r.mul(re2));
                i = r.fma(minus2, i.mul(re2));
                r = x;
                r = r.fma(sign2, r.rearrange(SWAP_2));
                i = i.fma(sign2, i.rearrange(SWAP_2));
            }
            if (WIDTH >= 8) {
                FloatVector x = i.fma(im4, r.mul(re4));
                i = r.fma(minus4, i.mul(re4));
                r = x;
                r = r.fma(sign4, r.rearrange(SWAP_4));
                i = i.fma(sign4, i.rearrange(SWAP_4));
            }
            if (WIDTH >= 16) {
                FloatVector x = i.fma(im8, r.mul(re8));
                i = r.fma(minus8, i.mul(re8));
                r = x;
                r = r.fma(sign8, r.rearrange(SWAP_8));
                i = i.fma(sign8, i.rearrange(SWAP_8));
            }
            r.intoArray(z, re + at);
            i.intoArray(z, im + at);
        }
    }
}
