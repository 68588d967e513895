package io.longwave.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The last pass of {@link TransformPlan}: a discrete Fourier transform within each vector, two vectors at a time. Before a butterfly the two
 * exchange groups of lanes, so that it is between whole vectors; the groups are halves, quarters and so on. The last butterfly, the product
 * and the first butterfly back are one loop of their own: all in one needs more registers than there are.
 *
 * <p>Every method here stays below about 150 vector operations and calls no helper. Where the JIT has made 18 000 nodes of a method it puts
 * inlining off, and vectors that cross what is inlined late go through the heap: thirty times slower.
 */
final class LanePass {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final int VECTORS = 5;
    private static final int AT_8 = 0;
    private static final int AT_4 = VECTORS * WIDTH;
    private static final int AT_2 = 2 * VECTORS * WIDTH;
    private static final int AT_1 = 3 * VECTORS * WIDTH;
    private static final float[] TABLE = table();

    private LanePass() {}

    /**
     * For groups of 8, 4, 2 and 1 lanes: which of the lanes of two vectors make the vector of first groups, which the one of second groups;
     * then the factors of the butterfly, exp(πi (lane mod group) / group), as real parts, imaginary parts, and those negated.
     */
    private static float[] table() {
        float[] table = new float[4 * VECTORS * WIDTH];
        int at = 0;
        for (int group = 8; group >= 1; group /= 2) {
            for (int lane = 0; lane < WIDTH; lane++) {
                boolean second = (lane & group) != 0;
                double angle = Math.PI * (lane % group) / group;
                table[at + lane] = second ? WIDTH + (lane ^ group) : lane;
                table[at + WIDTH + lane] = second ? WIDTH + lane : lane ^ group;
                table[at + 2 * WIDTH + lane] = (float) Math.cos(angle);
                table[at + 3 * WIDTH + lane] = (float) Math.sin(angle);
                table[at + 4 * WIDTH + lane] = (float) -Math.sin(angle);
            }
            at += VECTORS * WIDTH;
        }
        return table;
    }

    /** All butterflies but the last. */
    static void open(float[] z, int re, int im, int count) {
        FloatVector first8 = FloatVector.fromArray(LANES, TABLE, AT_8);
        FloatVector second8 = FloatVector.fromArray(LANES, TABLE, AT_8 + WIDTH);
        FloatVector re8 = FloatVector.fromArray(LANES, TABLE, AT_8 + 2 * WIDTH);
        FloatVector im8 = FloatVector.fromArray(LANES, TABLE, AT_8 + 3 * WIDTH);
        FloatVector minus8 = FloatVector.fromArray(LANES, TABLE, AT_8 + 4 * WIDTH);
        FloatVector first4 = FloatVector.fromArray(LANES, TABLE, AT_4);
        FloatVector second4 = FloatVector.fromArray(LANES, TABLE, AT_4 + WIDTH);
        FloatVector re4 = FloatVector.fromArray(LANES, TABLE, AT_4 + 2 * WIDTH);
        FloatVector im4 = FloatVector.fromArray(LANES, TABLE, AT_4 + 3 * WIDTH);
        FloatVector minus4 = FloatVector.fromArray(LANES, TABLE, AT_4 + 4 * WIDTH);
        FloatVector first2 = FloatVector.fromArray(LANES, TABLE, AT_2);
        FloatVector second2 = FloatVector.fromArray(LANES, TABLE, AT_2 + WIDTH);
        FloatVector re2 = FloatVector.fromArray(LANES, TABLE, AT_2 + 2 * WIDTH);
        FloatVector im2 = FloatVector.fromArray(LANES, TABLE, AT_2 + 3 * WIDTH);
        FloatVector minus2 = FloatVector.fromArray(LANES, TABLE, AT_2 + 4 * WIDTH);
        for (int i = 0; i < count; i += 2 * WIDTH) {
            FloatVector ar = FloatVector.fromArray(LANES, z, re + i);
            FloatVector ai = FloatVector.fromArray(LANES, z, im + i);
            FloatVector br = FloatVector.fromArray(LANES, z, re + i + WIDTH);
            FloatVector bi = FloatVector.fromArray(LANES, z, im + i + WIDTH);
            if (WIDTH >= 16) {
                FloatVector ur = first8.selectFrom(ar, br);
                FloatVector ui = first8.selectFrom(ai, bi);
                FloatVector vr = second8.selectFrom(ar, br);
                FloatVector vi = second8.selectFrom(ai, bi);
                ar = ur.add(vr);
                ai = ui.add(vi);
                FloatVector dr = ur.sub(vr);
                FloatVector di = ui.sub(vi);
                br = di.fma(minus8, dr.mul(re8));
                bi = dr.fma(im8, di.mul(re8));
            }
            if (WIDTH >= 8) {
                FloatVector ur = first4.selectFrom(ar, br);
                FloatVector ui = first4.selectFrom(ai, bi);
                FloatVector vr = second4.selectFrom(ar, br);
                FloatVector vi = second4.selectFrom(ai, bi);
                ar = ur.add(vr);
                ai = ui.add(vi);
                FloatVector dr = ur.sub(vr);
                FloatVector di = ui.sub(vi);
                br = di.fma(minus4, dr.mul(re4));
                bi = dr.fma(im4, di.mul(re4));
            }
            {
                FloatVector ur = first2.selectFrom(ar, br);
                FloatVector ui = first2.selectFrom(ai, bi);
                FloatVector vr = second2.selectFrom(ar, br);
                FloatVector vi = second2.selectFrom(ai, bi);
                ar = ur.add(vr);
                ai = ui.add(vi);
                FloatVector dr = ur.sub(vr);
                FloatVector di = ui.sub(vi);
                br = di.fma(minus2, dr.mul(re2));
                bi = dr.fma(im2, di.mul(re2));
            }
            ar.intoArray(z, re + i);
            ai.intoArray(z, im + i);
            br.intoArray(z, re + i + WIDTH);
            bi.intoArray(z, im + i + WIDTH);
        }
    }

    /** Undoes {@link #open} but for a factor. */
    static void close(float[] z, int re, int im, int count) {
        FloatVector first8 = FloatVector.fromArray(LANES, TABLE, AT_8);
        FloatVector second8 = FloatVector.fromArray(LANES, TABLE, AT_8 + WIDTH);
        FloatVector re8 = FloatVector.fromArray(LANES, TABLE, AT_8 + 2 * WIDTH);
        FloatVector im8 = FloatVector.fromArray(LANES, TABLE, AT_8 + 3 * WIDTH);
        FloatVector minus8 = FloatVector.fromArray(LANES, TABLE, AT_8 + 4 * WIDTH);
        FloatVector first4 = FloatVector.fromArray(LANES, TABLE, AT_4);
        FloatVector second4 = FloatVector.fromArray(LANES, TABLE, AT_4 + WIDTH);
        FloatVector re4 = FloatVector.fromArray(LANES, TABLE, AT_4 + 2 * WIDTH);
        FloatVector im4 = FloatVector.fromArray(LANES, TABLE, AT_4 + 3 * WIDTH);
        FloatVector minus4 = FloatVector.fromArray(LANES, TABLE, AT_4 + 4 * WIDTH);
        FloatVector first2 = FloatVector.fromArray(LANES, TABLE, AT_2);
        FloatVector second2 = FloatVector.fromArray(LANES, TABLE, AT_2 + WIDTH);
        FloatVector re2 = FloatVector.fromArray(LANES, TABLE, AT_2 + 2 * WIDTH);
        FloatVector im2 = FloatVector.fromArray(LANES, TABLE, AT_2 + 3 * WIDTH);
        FloatVector minus2 = FloatVector.fromArray(LANES, TABLE, AT_2 + 4 * WIDTH);
        for (int i = 0; i < count; i += 2 * WIDTH) {
            FloatVector ar = FloatVector.fromArray(LANES, z, re + i);
            FloatVector ai = FloatVector.fromArray(LANES, z, im + i);
            FloatVector br = FloatVector.fromArray(LANES, z, re + i + WIDTH);
            FloatVector bi = FloatVector.fromArray(LANES, z, im + i + WIDTH);
            {
                FloatVector dr = bi.fma(im2, br.mul(re2));
                FloatVector di = br.fma(minus2, bi.mul(re2));
                FloatVector ur = ar.add(dr);
                FloatVector ui = ai.add(di);
                FloatVector vr = ar.sub(dr);
                FloatVector vi = ai.sub(di);
                ar = first2.selectFrom(ur, vr);
                ai = first2.selectFrom(ui, vi);
                br = second2.selectFrom(ur, vr);
                bi = second2.selectFrom(ui, vi);
            }
            if (WIDTH >= 8) {
                FloatVector dr = bi.fma(im4, br.mul(re4));
                FloatVector di = br.fma(minus4, bi.mul(re4));
                FloatVector ur = ar.add(dr);
                FloatVector ui = ai.add(di);
                FloatVector vr = ar.sub(dr);
                FloatVector vi = ai.sub(di);
                ar = first4.selectFrom(ur, vr);
                ai = first4.selectFrom(ui, vi);
                br = second4.selectFrom(ur, vr);
                bi = second4.selectFrom(ui, vi);
            }
            if (WIDTH >= 16) {
                FloatVector dr = bi.fma(im8, br.mul(re8));
                FloatVector di = br.fma(minus8, bi.mul(re8));
                FloatVector ur = ar.add(dr);
                FloatVector ui = ai.add(di);
                FloatVector vr = ar.sub(dr);
                FloatVector vi = ai.sub(di);
                ar = first8.selectFrom(ur, vr);
                ai = first8.selectFrom(ui, vi);
                br = second8.selectFrom(ur, vr);
                bi = second8.selectFrom(ui, vi);
            }
            ar.intoArray(z, re + i);
            ai.intoArray(z, im + i);
            br.intoArray(z, re + i + WIDTH);
            bi.intoArray(z, im + i + WIDTH);
        }
    }

    /** After {@link #open}: the last butterfly, to the values of the polynomial. */
    static void values(float[] z, int re, int im, int count) {
        FloatVector first1 = FloatVector.fromArray(LANES, TABLE, AT_1);
        FloatVector second1 = FloatVector.fromArray(LANES, TABLE, AT_1 + WIDTH);
        for (int i = 0; i < count; i += 2 * WIDTH) {
            FloatVector ar = FloatVector.fromArray(LANES, z, re + i);
            FloatVector ai = FloatVector.fromArray(LANES, z, im + i);
            FloatVector br = FloatVector.fromArray(LANES, z, re + i + WIDTH);
            FloatVector bi = FloatVector.fromArray(LANES, z, im + i + WIDTH);
            FloatVector ur = first1.selectFrom(ar, br);
            FloatVector ui = first1.selectFrom(ai, bi);
            FloatVector vr = second1.selectFrom(ar, br);
            FloatVector vi = second1.selectFrom(ai, bi);
            ar = ur.add(vr);
            ai = ui.add(vi);
            br = ur.sub(vr);
            bi = ui.sub(vi);
            ar.intoArray(z, re + i);
            ai.intoArray(z, im + i);
            br.intoArray(z, re + i + WIDTH);
            bi.intoArray(z, im + i + WIDTH);
        }
    }

    /** Undoes {@link #values} but for a factor. */
    static void fromValues(float[] z, int re, int im, int count) {
        FloatVector first1 = FloatVector.fromArray(LANES, TABLE, AT_1);
        FloatVector second1 = FloatVector.fromArray(LANES, TABLE, AT_1 + WIDTH);
        for (int i = 0; i < count; i += 2 * WIDTH) {
            FloatVector ar = FloatVector.fromArray(LANES, z, re + i);
            FloatVector ai = FloatVector.fromArray(LANES, z, im + i);
            FloatVector br = FloatVector.fromArray(LANES, z, re + i + WIDTH);
            FloatVector bi = FloatVector.fromArray(LANES, z, im + i + WIDTH);
            FloatVector ur = ar.add(br);
            FloatVector ui = ai.add(bi);
            FloatVector vr = ar.sub(br);
            FloatVector vi = ai.sub(bi);
            ar = first1.selectFrom(ur, vr);
            ai = first1.selectFrom(ui, vi);
            br = second1.selectFrom(ur, vr);
            bi = second1.selectFrom(ui, vi);
            ar.intoArray(z, re + i);
            ai.intoArray(z, im + i);
            br.intoArray(z, re + i + WIDTH);
            bi.intoArray(z, im + i + WIDTH);
        }
    }

    /** After {@link #open}: to the values, times k at the same places, and back. */
    static void multiply(float[] z, int re, int im, int count, float[] k) {
        FloatVector first1 = FloatVector.fromArray(LANES, TABLE, AT_1);
        FloatVector second1 = FloatVector.fromArray(LANES, TABLE, AT_1 + WIDTH);
        for (int i = 0; i < count; i += 2 * WIDTH) {
            FloatVector ar = FloatVector.fromArray(LANES, z, re + i);
            FloatVector ai = FloatVector.fromArray(LANES, z, im + i);
            FloatVector br = FloatVector.fromArray(LANES, z, re + i + WIDTH);
            FloatVector bi = FloatVector.fromArray(LANES, z, im + i + WIDTH);
            FloatVector ur = first1.selectFrom(ar, br);
            FloatVector ui = first1.selectFrom(ai, bi);
            FloatVector vr = second1.selectFrom(ar, br);
            FloatVector vi = second1.selectFrom(ai, bi);
            ar = ur.add(vr);
            ai = ui.add(vi);
            br = ur.sub(vr);
            bi = ui.sub(vi);
            FloatVector kar = FloatVector.fromArray(LANES, k, re + i);
            FloatVector kai = FloatVector.fromArray(LANES, k, im + i);
            FloatVector pa = ar.mul(kar).sub(ai.mul(kai));
            ai = ar.fma(kai, ai.mul(kar));
            ar = pa;
            FloatVector kbr = FloatVector.fromArray(LANES, k, re + i + WIDTH);
            FloatVector kbi = FloatVector.fromArray(LANES, k, im + i + WIDTH);
            FloatVector pb = br.mul(kbr).sub(bi.mul(kbi));
            bi = br.fma(kbi, bi.mul(kbr));
            br = pb;
            ur = ar.add(br);
            ui = ai.add(bi);
            vr = ar.sub(br);
            vi = ai.sub(bi);
            ar = first1.selectFrom(ur, vr);
            ai = first1.selectFrom(ui, vi);
            br = second1.selectFrom(ur, vr);
            bi = second1.selectFrom(ui, vi);
            ar.intoArray(z, re + i);
            ai.intoArray(z, im + i);
            br.intoArray(z, re + i + WIDTH);
            bi.intoArray(z, im + i + WIDTH);
        }
    }
}
