package io.longwave.kernel.simd;

import java.util.Arrays;

/**
 * How a transform of one size is cut into passes, and the factors they need. A row of N numbers is a polynomial modulo x^N − c, |c| = 1. A
 * pass of radix r splits x^M − c into the r polynomials x^(M/r) − d ω^k with d^r = c and ω = exp(2πi/r): coefficient i of remainder k is
 * Σ_j a[i + j M/r] d^j ω^(jk). The factors d^j are the same for the whole block, so a pass reads almost no tables; the last blocks of one
 * lane width are turned back to x^W − 1 by a table of their own and transformed across the lanes. What is left are the values of the
 * polynomial at the N roots of c, in the order of the splitting: nothing is ever put in order, products go number by number.
 *
 * <p>c = 1 gives the discrete Fourier transform with exponent +2πi. c = i gives the convolution that needs no zero padding: what passes the
 * end of the row comes back multiplied by i, so for real rows the head of the result is in the real and the tail in the imaginary part.
 *
 * <p>Blocks are at least four lane widths long until the last pass. Immutable; shared by all threads.
 */
final class TransformPlan {
    private static final int WIDTH = MatrixTiles.WIDTH;
    /** The last block before the lanes: one pass of radix four over blocks of one lane width. */
    static final int LEAF = 4 * WIDTH;
    /** The smallest power of two. */
    static final int SMALLEST = Math.max(256, 4 * LEAF);
    static final int LARGEST = 1 << 29;
    /** A block of this size or less stays in the nearest cache, with its factors and a spectrum: all its passes run over the whole of it. */
    static final int NEAR = Math.max(2048, 4 * LEAF);
    /** Between real and imaginary parts, so that they do not compete for the same lines of a cache whose ways repeat every 4 KiB. */
    static final int GAP = 128;

    /** N. */
    final int size;
    /** Of the passes from the whole row down to leaves. */
    final int[] radices;
    /** For each pass, for each of its blocks, d^j as real and imaginary part, j = 1 to r − 1. */
    final float[][] factors;
    /** The same for the passes of the leaves. */
    final float[] leafFactors;
    /** For each block of one lane width, d^lane: the real parts, then the imaginary parts. */
    final float[] twists;
    /** arg(c)/2π of each block of one lane width. */
    private final double[] laneTurns;

    private TransformPlan(int size, double turn) {
        this.size = size;
        this.radices = radices(size);
        this.factors = new float[radices.length][];
        double[] turns = {turn}; // arg(c)/2π of every block
        for (int level = 0; level < radices.length; level++) {
            factors[level] = factors(turns, radices[level]);
            turns = split(turns, radices[level]);
        }
        this.leafFactors = factors(turns, 4);
        turns = split(turns, 4);
        this.laneTurns = turns;
        this.twists = new float[2 * size];
        for (int block = 0; block < turns.length; block++) {
            for (int lane = 0; lane < WIDTH; lane++) {
                double angle = 2 * Math.PI * turns[block] * lane / WIDTH;
                twists[2 * block * WIDTH + lane] = (float) Math.cos(angle);
                twists[(2 * block + 1) * WIDTH + lane] = (float) Math.sin(angle);
            }
        }
    }

    /** Modulo x^N − i. */
    static TransformPlan rightAngle(int size) {
        return new TransformPlan(size, 0.25);
    }

    /** Modulo x^N − 1. */
    static TransformPlan cyclic(int size) {
        return new TransformPlan(size, 0);
    }

    /** The smallest size that can be planned and is not below {@code length}: a power of two, or three times one. */
    static int sizeFor(int length) {
        if (length > LARGEST) {
            throw new IllegalArgumentException("rows: a transform has at most " + LARGEST + " numbers but was asked for " + length);
        }
        int power = SMALLEST;
        while (power < length) {
            power *= 2;
        }
        int three = power / 4 * 3;
        return three >= length && three >= 3 * LEAF ? three : power;
    }

    /** Radix 3 first where it is needed, fours where eights do not come out even, a two only after a three. */
    private static int[] radices(int size) {
        int blocks = size / LEAF;
        int[] radices = new int[32];
        int count = 0;
        if (blocks % 3 == 0) {
            radices[count++] = 3;
            blocks /= 3;
        }
        while (blocks > 1) {
            int radix = blocks == 2 ? 2 : blocks % 8 == 0 && blocks != 16 ? 8 : 4;
            radices[count++] = radix;
            blocks /= radix;
        }
        return Arrays.copyOf(radices, count);
    }

    /**
     * Where each value belongs: the one at place p of a plan for c = 1 is the polynomial at exp(2πi order[p] / N). {@link LanePass} works on
     * two blocks at a time: the highest bit of the lane says which, the others, read backwards, and the vector count the roots.
     */
    int[] order() {
        int bits = Integer.numberOfTrailingZeros(WIDTH);
        int[] order = new int[size];
        for (int p = 0; p < size; p++) {
            int lane = p % WIDTH;
            int vector = p / WIDTH;
            int block = vector / 2 * 2 + (lane >> (bits - 1));
            int low = lane & (WIDTH / 2 - 1);
            int root = (Integer.reverse(low) >>> (33 - bits)) + (vector % 2 << (bits - 1));
            order[p] = (int) Math.rint((laneTurns[block] + root) * (size / WIDTH));
        }
        return order;
    }

    private static float[] factors(double[] turns, int radix) {
        float[] factors = new float[turns.length * 2 * (radix - 1)];
        int at = 0;
        for (double turn : turns) {
            for (int j = 1; j < radix; j++) {
                double angle = 2 * Math.PI * turn * j / radix;
                factors[at++] = (float) Math.cos(angle);
                factors[at++] = (float) Math.sin(angle);
            }
        }
        return factors;
    }

    private static double[] split(double[] turns, int radix) {
        double[] parts = new double[turns.length * radix];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = (turns[i / radix] + i % radix) / radix;
        }
        return parts;
    }

    /** Where the factors of a block stand in {@code factors[level]}. */
    int factorsAt(int level, int block) {
        return block * 2 * (radices[level] - 1);
    }

    /** The number of the first leaf of a block. */
    int leafOf(int block, int blockSize) {
        return block * (blockSize / LEAF);
    }

    /** Where the imaginary parts of a transform begin. */
    int imaginary() {
        return size + GAP;
    }

    /** Numbers of an array that holds one transform. */
    int numbers() {
        return 2 * size + GAP;
    }
}
