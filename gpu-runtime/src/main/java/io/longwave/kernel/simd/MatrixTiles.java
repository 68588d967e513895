package io.longwave.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of a matrix product C (+)= A B: up to 8 rows of A times up to 3 vectors of B, 24 sums kept in registers while k runs.
 * A is read one number at a time with any row and column stride; B by contiguous vectors with any row stride, −1 included, which makes a
 * Toeplitz matrix out of a single row. Written out by hand because the JIT keeps sums in registers only when each is a local variable.
 * Rows past {@code rows} read the last row again and are not stored.
 */
final class MatrixTiles {
    static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    static final int WIDTH = LANES.length();
    static final int ROWS = 8;

    private MatrixTiles() {}

    /** 8 rows by 3 vectors. */
    static void eightByThree(int rows, int k, float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff,
            int cRow,
            boolean accumulate) {
        int a1 = aOff + Math.min(1, rows - 1) * aRow;
        int a2 = aOff + Math.min(2, rows - 1) * aRow;
        int a3 = aOff + Math.min(3, rows - 1) * aRow;
        int a4 = aOff + Math.min(4, rows - 1) * aRow;
        int a5 = aOff + Math.min(5, rows - 1) * aRow;
        int a6 = aOff + Math.min(6, rows - 1) * aRow;
        int a7 = aOff + Math.min(7, rows - 1) * aRow;
        int a0 = aOff;
        int at = bOff;
        FloatVector s00 = FloatVector.zero(LANES);
        FloatVector s01 = FloatVector.zero(LANES);
        FloatVector s02 = FloatVector.zero(LANES);
        FloatVector s10 = FloatVector.zero(LANES);
        FloatVector s11 = FloatVector.zero(LANES);
        FloatVector s12 = FloatVector.zero(LANES);
        FloatVector s20 = FloatVector.zero(LANES);
        FloatVector s21 = FloatVector.zero(LANES);
        FloatVector s22 = FloatVector.zero(LANES);
        FloatVector s30 = FloatVector.zero(LANES);
        FloatVector s31 = FloatVector.zero(LANES);
        FloatVector s32 = FloatVector.zero(LANES);
        FloatVector s40 = FloatVector.zero(LANES);
        FloatVector s41 = FloatVector.zero(LANES);
        FloatVector s42 = FloatVector.zero(LANES);
        FloatVector s50 = FloatVector.zero(LANES);
        FloatVector s51 = FloatVector.zero(LANES);
        FloatVector s52 = FloatVector.zero(LANES);
        FloatVector s60 = FloatVector.zero(LANES);
        FloatVector s61 = FloatVector.zero(LANES);
        FloatVector s62 = FloatVector.zero(LANES);
        FloatVector s70 = FloatVector.zero(LANES);
        FloatVector s71 = FloatVector.zero(LANES);
        FloatVector s72 = FloatVector.zero(LANES);
        for (int q = 0; q < k; q++) {
            FloatVector b0 = FloatVector.fromArray(LANES, b, at);
            FloatVector b1 = FloatVector.fromArray(LANES, b, at + WIDTH);
            FloatVector b2 = FloatVector.fromArray(LANES, b, at + 2 * WIDTH);
            FloatVector x0 = FloatVector.broadcast(LANES, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            s02 = x0.fma(b2, s02);
            FloatVector x1 = FloatVector.broadcast(LANES, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            s12 = x1.fma(b2, s12);
            FloatVector x2 = FloatVector.broadcast(LANES, a[a2]);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            s22 = x2.fma(b2, s22);
            FloatVector x3 = FloatVector.broadcast(LANES, a[a3]);
            s30 = x3.fma(b0, s30);
            s31 = x3.fma(b1, s31);
            s32 = x3.fma(b2, s32);
            FloatVector x4 = FloatVector.broadcast(LANES, a[a4]);
            s40 = x4.fma(b0, s40);
            s41 = x4.fma(b1, s41);
            s42 = x4.fma(b2, s42);
            FloatVector x5 = FloatVector.broadcast(LANES, a[a5]);
            s50 = x5.fma(b0, s50);
            s51 = x5.fma(b1, s51);
            s52 = x5.fma(b2, s52);
            FloatVector x6 = FloatVector.broadcast(LANES, a[a6]);
            s60 = x6.fma(b0, s60);
            s61 = x6.fma(b1, s61);
            s62 = x6.fma(b2, s62);
            FloatVector x7 = FloatVector.broadcast(LANES, a[a7]);
            s70 = x7.fma(b0, s70);
            s71 = x7.fma(b1, s71);
            s72 = x7.fma(b2, s72);
            a0 += aCol;
            a1 += aCol;
            a2 += aCol;
            a3 += aCol;
            a4 += aCol;
            a5 += aCol;
            a6 += aCol;
            a7 += aCol;
            at += bRow;
        }
        store(c, cOff, accumulate, s00, s01, s02);
        if (rows > 1) {
            store(c, cOff + 1 * cRow, accumulate, s10, s11, s12);
        }
        if (rows > 2) {
            store(c, cOff + 2 * cRow, accumulate, s20, s21, s22);
        }
        if (rows > 3) {
            store(c, cOff + 3 * cRow, accumulate, s30, s31, s32);
        }
        if (rows > 4) {
            store(c, cOff + 4 * cRow, accumulate, s40, s41, s42);
        }
        if (rows > 5) {
            store(c, cOff + 5 * cRow, accumulate, s50, s51, s52);
        }
        if (rows > 6) {
            store(c, cOff + 6 * cRow, accumulate, s60, s61, s62);
        }
        if (rows > 7) {
            store(c, cOff + 7 * cRow, accumulate, s70, s71, s72);
        }
    }

    /** 8 rows by 2 vectors. */
    static void eightByTwo(int rows, int k, float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff,
            int cRow,
            boolean accumulate) {
        int a1 = aOff + Math.min(1, rows - 1) * aRow;
        int a2 = aOff + Math.min(2, rows - 1) * aRow;
        int a3 = aOff + Math.min(3, rows - 1) * aRow;
        int a4 = aOff + Math.min(4, rows - 1) * aRow;
        int a5 = aOff + Math.min(5, rows - 1) * aRow;
        int a6 = aOff + Math.min(6, rows - 1) * aRow;
        int a7 = aOff + Math.min(7, rows - 1) * aRow;
        int a0 = aOff;
        int at = bOff;
        FloatVector s00 = FloatVector.zero(LANES);
        FloatVector s01 = FloatVector.zero(LANES);
        FloatVector s10 = FloatVector.zero(LANES);
        FloatVector s11 = FloatVector.zero(LANES);
        FloatVector s20 = FloatVector.zero(LANES);
        FloatVector s21 = FloatVector.zero(LANES);
        FloatVector s30 = FloatVector.zero(LANES);
        FloatVector s31 = FloatVector.zero(LANES);
        FloatVector s40 = FloatVector.zero(LANES);
        FloatVector s41 = FloatVector.zero(LANES);
        FloatVector s50 = FloatVector.zero(LANES);
        FloatVector s51 = FloatVector.zero(LANES);
        FloatVector s60 = FloatVector.zero(LANES);
        FloatVector s61 = FloatVector.zero(LANES);
        FloatVector s70 = FloatVector.zero(LANES);
        FloatVector s71 = FloatVector.zero(LANES);
        for (int q = 0; q < k; q++) {
            FloatVector b0 = FloatVector.fromArray(LANES, b, at);
            FloatVector b1 = FloatVector.fromArray(LANES, b, at + WIDTH);
            FloatVector x0 = FloatVector.broadcast(LANES, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            FloatVector x1 = FloatVector.broadcast(LANES, a[a1]);
            s10 = x1.fma(b0, s10);
            s11 = x1.fma(b1, s11);
            FloatVector x2 = FloatVector.broadcast(LANES, a[a2]);
            s20 = x2.fma(b0, s20);
            s21 = x2.fma(b1, s21);
            FloatVector x3 = FloatVector.broadcast(LANES, a[a3]);
            s30 = x3.fma(b0, s30);
            s31 = x3.fma(b1, s31);
            FloatVector x4 = FloatVector.broadcast(LANES, a[a4]);
            s40 = x4.fma(b0, s40);
            s41 = x4.fma(b1, s41);
            FloatVector x5 = FloatVector.broadcast(LANES, a[a5]);
            s50 = x5.fma(b0, s50);
            s51 = x5.fma(b1, s51);
            FloatVector x6 = FloatVector.broadcast(LANES, a[a6]);
            s60 = x6.fma(b0, s60);
            s61 = x6.fma(b1, s61);
            FloatVector x7 = FloatVector.broadcast(LANES, a[a7]);
            s70 = x7.fma(b0, s70);
            s71 = x7.fma(b1, s71);
            a0 += aCol;
            a1 += aCol;
            a2 += aCol;
            a3 += aCol;
            a4 += aCol;
            a5 += aCol;
            a6 += aCol;
            a7 += aCol;
            at += bRow;
        }
        store(c, cOff, accumulate, s00, s01);
        if (rows > 1) {
            store(c, cOff + 1 * cRow, accumulate, s10, s11);
        }
        if (rows > 2) {
            store(c, cOff + 2 * cRow, accumulate, s20, s21);
        }
        if (rows > 3) {
            store(c, cOff + 3 * cRow, accumulate, s30, s31);
        }
        if (rows > 4) {
            store(c, cOff + 4 * cRow, accumulate, s40, s41);
        }
        if (rows > 5) {
            store(c, cOff + 5 * cRow, accumulate, s50, s51);
        }
        if (rows > 6) {
            store(c, cOff + 6 * cRow, accumulate, s60, s61);
        }
        if (rows > 7) {
            store(c, cOff + 7 * cRow, accumulate, s70, s71);
        }
    }

    /** 8 rows by 1 vector. */
    static void eightByOne(int rows, int k, float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff,
            int cRow,
            boolean accumulate) {
        int a1 = aOff + Math.min(1, rows - 1) * aRow;
        int a2 = aOff + Math.min(2, rows - 1) * aRow;
        int a3 = aOff + Math.min(3, rows - 1) * aRow;
        int a4 = aOff + Math.min(4, rows - 1) * aRow;
        int a5 = aOff + Math.min(5, rows - 1) * aRow;
        int a6 = aOff + Math.min(6, rows - 1) * aRow;
        int a7 = aOff + Math.min(7, rows - 1) * aRow;
        int a0 = aOff;
        int at = bOff;
        FloatVector s00 = FloatVector.zero(LANES);
        FloatVector s10 = FloatVector.zero(LANES);
        FloatVector s20 = FloatVector.zero(LANES);
        FloatVector s30 = FloatVector.zero(LANES);
        FloatVector s40 = FloatVector.zero(LANES);
        FloatVector s50 = FloatVector.zero(LANES);
        FloatVector s60 = FloatVector.zero(LANES);
        FloatVector s70 = FloatVector.zero(LANES);
        for (int q = 0; q < k; q++) {
            FloatVector b0 = FloatVector.fromArray(LANES, b, at);
            FloatVector x0 = FloatVector.broadcast(LANES, a[a0]);
            s00 = x0.fma(b0, s00);
            FloatVector x1 = FloatVector.broadcast(LANES, a[a1]);
            s10 = x1.fma(b0, s10);
            FloatVector x2 = FloatVector.broadcast(LANES, a[a2]);
            s20 = x2.fma(b0, s20);
            FloatVector x3 = FloatVector.broadcast(LANES, a[a3]);
            s30 = x3.fma(b0, s30);
            FloatVector x4 = FloatVector.broadcast(LANES, a[a4]);
            s40 = x4.fma(b0, s40);
            FloatVector x5 = FloatVector.broadcast(LANES, a[a5]);
            s50 = x5.fma(b0, s50);
            FloatVector x6 = FloatVector.broadcast(LANES, a[a6]);
            s60 = x6.fma(b0, s60);
            FloatVector x7 = FloatVector.broadcast(LANES, a[a7]);
            s70 = x7.fma(b0, s70);
            a0 += aCol;
            a1 += aCol;
            a2 += aCol;
            a3 += aCol;
            a4 += aCol;
            a5 += aCol;
            a6 += aCol;
            a7 += aCol;
            at += bRow;
        }
        store(c, cOff, accumulate, s00);
        if (rows > 1) {
            store(c, cOff + 1 * cRow, accumulate, s10);
        }
        if (rows > 2) {
            store(c, cOff + 2 * cRow, accumulate, s20);
        }
        if (rows > 3) {
            store(c, cOff + 3 * cRow, accumulate, s30);
        }
        if (rows > 4) {
            store(c, cOff + 4 * cRow, accumulate, s40);
        }
        if (rows > 5) {
            store(c, cOff + 5 * cRow, accumulate, s50);
        }
        if (rows > 6) {
            store(c, cOff + 6 * cRow, accumulate, s60);
        }
        if (rows > 7) {
            store(c, cOff + 7 * cRow, accumulate, s70);
        }
    }

    /** 8 rows by the first lanes of a vector. */
    static void eightByPart(int rows, int k, float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff,
            int cRow,
            boolean accumulate, int lanes) {
        VectorMask<Float> mask = LANES.indexInRange(0, lanes);
        int a1 = aOff + Math.min(1, rows - 1) * aRow;
        int a2 = aOff + Math.min(2, rows - 1) * aRow;
        int a3 = aOff + Math.min(3, rows - 1) * aRow;
        int a4 = aOff + Math.min(4, rows - 1) * aRow;
        int a5 = aOff + Math.min(5, rows - 1) * aRow;
        int a6 = aOff + Math.min(6, rows - 1) * aRow;
        int a7 = aOff + Math.min(7, rows - 1) * aRow;
        int a0 = aOff;
        int at = bOff;
        FloatVector s00 = FloatVector.zero(LANES);
        FloatVector s10 = FloatVector.zero(LANES);
        FloatVector s20 = FloatVector.zero(LANES);
        FloatVector s30 = FloatVector.zero(LANES);
        FloatVector s40 = FloatVector.zero(LANES);
        FloatVector s50 = FloatVector.zero(LANES);
        FloatVector s60 = FloatVector.zero(LANES);
        FloatVector s70 = FloatVector.zero(LANES);
        for (int q = 0; q < k; q++) {
            FloatVector b0 = FloatVector.fromArray(LANES, b, at, mask);
            FloatVector x0 = FloatVector.broadcast(LANES, a[a0]);
            s00 = x0.fma(b0, s00);
            FloatVector x1 = FloatVector.broadcast(LANES, a[a1]);
            s10 = x1.fma(b0, s10);
            FloatVector x2 = FloatVector.broadcast(LANES, a[a2]);
            s20 = x2.fma(b0, s20);
            FloatVector x3 = FloatVector.broadcast(LANES, a[a3]);
            s30 = x3.fma(b0, s30);
            FloatVector x4 = FloatVector.broadcast(LANES, a[a4]);
            s40 = x4.fma(b0, s40);
            FloatVector x5 = FloatVector.broadcast(LANES, a[a5]);
            s50 = x5.fma(b0, s50);
            FloatVector x6 = FloatVector.broadcast(LANES, a[a6]);
            s60 = x6.fma(b0, s60);
            FloatVector x7 = FloatVector.broadcast(LANES, a[a7]);
            s70 = x7.fma(b0, s70);
            a0 += aCol;
            a1 += aCol;
            a2 += aCol;
            a3 += aCol;
            a4 += aCol;
            a5 += aCol;
            a6 += aCol;
            a7 += aCol;
            at += bRow;
        }
        store(c, cOff, accumulate, s00, mask);
        if (rows > 1) {
            store(c, cOff + 1 * cRow, accumulate, s10, mask);
        }
        if (rows > 2) {
            store(c, cOff + 2 * cRow, accumulate, s20, mask);
        }
        if (rows > 3) {
            store(c, cOff + 3 * cRow, accumulate, s30, mask);
        }
        if (rows > 4) {
            store(c, cOff + 4 * cRow, accumulate, s40, mask);
        }
        if (rows > 5) {
            store(c, cOff + 5 * cRow, accumulate, s50, mask);
        }
        if (rows > 6) {
            store(c, cOff + 6 * cRow, accumulate, s60, mask);
        }
        if (rows > 7) {
            store(c, cOff + 7 * cRow, accumulate, s70, mask);
        }
    }

    /** 1 row by 3 vectors. */
    static void oneByThree(int k, float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff, int cRow,
            boolean accumulate) {
        int a0 = aOff;
        int at = bOff;
        FloatVector s00 = FloatVector.zero(LANES);
        FloatVector s01 = FloatVector.zero(LANES);
        FloatVector s02 = FloatVector.zero(LANES);
        for (int q = 0; q < k; q++) {
            FloatVector b0 = FloatVector.fromArray(LANES, b, at);
            FloatVector b1 = FloatVector.fromArray(LANES, b, at + WIDTH);
            FloatVector b2 = FloatVector.fromArray(LANES, b, at + 2 * WIDTH);
            FloatVector x0 = FloatVector.broadcast(LANES, a[a0]);
            s00 = x0.fma(b0, s00);
            s01 = x0.fma(b1, s01);
            s02 = x0.fma(b2, s02);
            a0 += aCol;
            at += bRow;
        }
        store(c, cOff, accumulate, s00, s01, s02);
    }

    /** 1 row by 1 vector. */
    static void oneByOne(int k, float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff, int cRow,
            boolean accumulate) {
        int a0 = aOff;
        int at = bOff;
        FloatVector s00 = FloatVector.zero(LANES);
        for (int q = 0; q < k; q++) {
            FloatVector b0 = FloatVector.fromArray(LANES, b, at);
            FloatVector x0 = FloatVector.broadcast(LANES, a[a0]);
            s00 = x0.fma(b0, s00);
            a0 += aCol;
            at += bRow;
        }
        store(c, cOff, accumulate, s00);
    }

    /** 1 row by the first lanes of a vector. */
    static void oneByPart(int k, float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff, int cRow,
            boolean accumulate, int lanes) {
        VectorMask<Float> mask = LANES.indexInRange(0, lanes);
        int a0 = aOff;
        int at = bOff;
        FloatVector s00 = FloatVector.zero(LANES);
        for (int q = 0; q < k; q++) {
            FloatVector b0 = FloatVector.fromArray(LANES, b, at, mask);
            FloatVector x0 = FloatVector.broadcast(LANES, a[a0]);
            s00 = x0.fma(b0, s00);
            a0 += aCol;
            at += bRow;
        }
        store(c, cOff, accumulate, s00, mask);
    }

    private static void store(float[] c, int at, boolean accumulate, FloatVector s0, FloatVector s1, FloatVector s2) {
        store(c, at, accumulate, s0);
        store(c, at + WIDTH, accumulate, s1);
        store(c, at + 2 * WIDTH, accumulate, s2);
    }

    private static void store(float[] c, int at, boolean accumulate, FloatVector s0, FloatVector s1) {
        store(c, at, accumulate, s0);
        store(c, at + WIDTH, accumulate, s1);
    }

    private static void store(float[] c, int at, boolean accumulate, FloatVector s) {
        (accumulate ? s.add(FloatVector.fromArray(LANES, c, at)) : s).intoArray(c, at);
    }

    private static void store(float[] c, int at, boolean accumulate, FloatVector s, VectorMask<Float> mask) {
        (accumulate ? s.add(FloatVector.fromArray(LANES, c, at, mask)) : s).intoArray(c, at, mask);
    }
}
