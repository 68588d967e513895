package io.longwave.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of a matrix product C += A B: up to 8 rows of A times up to 3 vectors of B, 24 sums kept in registers while k runs.
 * A is read one number at a time with any row and column stride; B by contiguous vectors with any row stride, −1 included, which makes a
 * Toeplitz matrix out of a single row. Written out because the JIT keeps sums in registers only when each is a local variable, and only
 * when none is handed to a method it may not inline: with a shared store method the same tile ran 13 times slower.
 *
 * <p>Rows past {@code rows} repeat the last row. All of C is read before any of it is written, so they write the same numbers twice.
 */
final class MatrixTiles {
    static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    static final int WIDTH = LANES.length();
    static final int ROWS = 8;

    private MatrixTiles() {}

    /** 8 rows by 3 vectors. */
    static void eightByThree(int rows, int k, float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff,
            int cRow) {
        int a0 = aOff;
        int a1 = aOff + Math.min(1, rows - 1) * aRow;
        int a2 = aOff + Math.min(2, rows - 1) * aRow;
        int a3 = aOff + Math.min(3, rows - 1) * aRow;
        int a4 = aOff + Math.min(4, rows - 1) * aRow;
        int a5 = aOff + Math.min(5, rows - 1) * aRow;
        int a6 = aOff + Math.min(6, rows - 1) * aRow;
        int a7 = aOff + Math.min(7, rows - 1) * aRow;
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
        int c0 = cOff;
        int c1 = cOff + Math.min(1, rows - 1) * cRow;
        int c2 = cOff + Math.min(2, rows - 1) * cRow;
        int c3 = cOff + Math.min(3, rows - 1) * cRow;
        int c4 = cOff + Math.min(4, rows - 1) * cRow;
        int c5 = cOff + Math.min(5, rows - 1) * cRow;
        int c6 = cOff + Math.min(6, rows - 1) * cRow;
        int c7 = cOff + Math.min(7, rows - 1) * cRow;
        FloatVector t70 = s70.add(FloatVector.fromArray(LANES, c, c7));
        FloatVector t71 = s71.add(FloatVector.fromArray(LANES, c, c7 + WIDTH));
        FloatVector t72 = s72.add(FloatVector.fromArray(LANES, c, c7 + 2 * WIDTH));
        FloatVector t60 = s60.add(FloatVector.fromArray(LANES, c, c6));
        FloatVector t61 = s61.add(FloatVector.fromArray(LANES, c, c6 + WIDTH));
        FloatVector t62 = s62.add(FloatVector.fromArray(LANES, c, c6 + 2 * WIDTH));
        FloatVector t50 = s50.add(FloatVector.fromArray(LANES, c, c5));
        FloatVector t51 = s51.add(FloatVector.fromArray(LANES, c, c5 + WIDTH));
        FloatVector t52 = s52.add(FloatVector.fromArray(LANES, c, c5 + 2 * WIDTH));
        FloatVector t40 = s40.add(FloatVector.fromArray(LANES, c, c4));
        FloatVector t41 = s41.add(FloatVector.fromArray(LANES, c, c4 + WIDTH));
        FloatVector t42 = s42.add(FloatVector.fromArray(LANES, c, c4 + 2 * WIDTH));
        FloatVector t30 = s30.add(FloatVector.fromArray(LANES, c, c3));
        FloatVector t31 = s31.add(FloatVector.fromArray(LANES, c, c3 + WIDTH));
        FloatVector t32 = s32.add(FloatVector.fromArray(LANES, c, c3 + 2 * WIDTH));
        FloatVector t20 = s20.add(FloatVector.fromArray(LANES, c, c2));
        FloatVector t21 = s21.add(FloatVector.fromArray(LANES, c, c2 + WIDTH));
        FloatVector t22 = s22.add(FloatVector.fromArray(LANES, c, c2 + 2 * WIDTH));
        FloatVector t10 = s10.add(FloatVector.fromArray(LANES, c, c1));
        FloatVector t11 = s11.add(FloatVector.fromArray(LANES, c, c1 + WIDTH));
        FloatVector t12 = s12.add(FloatVector.fromArray(LANES, c, c1 + 2 * WIDTH));
        FloatVector t00 = s00.add(FloatVector.fromArray(LANES, c, c0));
        FloatVector t01 = s01.add(FloatVector.fromArray(LANES, c, c0 + WIDTH));
        FloatVector t02 = s02.add(FloatVector.fromArray(LANES, c, c0 + 2 * WIDTH));
        t70.intoArray(c, c7);
        t71.intoArray(c, c7 + WIDTH);
        t72.intoArray(c, c7 + 2 * WIDTH);
        t60.intoArray(c, c6);
        t61.intoArray(c, c6 + WIDTH);
        t62.intoArray(c, c6 + 2 * WIDTH);
        t50.intoArray(c, c5);
        t51.intoArray(c, c5 + WIDTH);
        t52.intoArray(c, c5 + 2 * WIDTH);
        t40.intoArray(c, c4);
        t41.intoArray(c, c4 + WIDTH);
        t42.intoArray(c, c4 + 2 * WIDTH);
        t30.intoArray(c, c3);
        t31.intoArray(c, c3 + WIDTH);
        t32.intoArray(c, c3 + 2 * WIDTH);
        t20.intoArray(c, c2);
        t21.intoArray(c, c2 + WIDTH);
        t22.intoArray(c, c2 + 2 * WIDTH);
        t10.intoArray(c, c1);
        t11.intoArray(c, c1 + WIDTH);
        t12.intoArray(c, c1 + 2 * WIDTH);
        t00.intoArray(c, c0);
        t01.intoArray(c, c0 + WIDTH);
        t02.intoArray(c, c0 + 2 * WIDTH);
    }

    /** 8 rows by 2 vectors. */
    static void eightByTwo(int rows, int k, float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff,
            int cRow) {
        int a0 = aOff;
        int a1 = aOff + Math.min(1, rows - 1) * aRow;
        int a2 = aOff + Math.min(2, rows - 1) * aRow;
        int a3 = aOff + Math.min(3, rows - 1) * aRow;
        int a4 = aOff + Math.min(4, rows - 1) * aRow;
        int a5 = aOff + Math.min(5, rows - 1) * aRow;
        int a6 = aOff + Math.min(6, rows - 1) * aRow;
        int a7 = aOff + Math.min(7, rows - 1) * aRow;
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
        int c0 = cOff;
        int c1 = cOff + Math.min(1, rows - 1) * cRow;
        int c2 = cOff + Math.min(2, rows - 1) * cRow;
        int c3 = cOff + Math.min(3, rows - 1) * cRow;
        int c4 = cOff + Math.min(4, rows - 1) * cRow;
        int c5 = cOff + Math.min(5, rows - 1) * cRow;
        int c6 = cOff + Math.min(6, rows - 1) * cRow;
        int c7 = cOff + Math.min(7, rows - 1) * cRow;
        FloatVector t70 = s70.add(FloatVector.fromArray(LANES, c, c7));
        FloatVector t71 = s71.add(FloatVector.fromArray(LANES, c, c7 + WIDTH));
        FloatVector t60 = s60.add(FloatVector.fromArray(LANES, c, c6));
        FloatVector t61 = s61.add(FloatVector.fromArray(LANES, c, c6 + WIDTH));
        FloatVector t50 = s50.add(FloatVector.fromArray(LANES, c, c5));
        FloatVector t51 = s51.add(FloatVector.fromArray(LANES, c, c5 + WIDTH));
        FloatVector t40 = s40.add(FloatVector.fromArray(LANES, c, c4));
        FloatVector t41 = s41.add(FloatVector.fromArray(LANES, c, c4 + WIDTH));
        FloatVector t30 = s30.add(FloatVector.fromArray(LANES, c, c3));
        FloatVector t31 = s31.add(FloatVector.fromArray(LANES, c, c3 + WIDTH));
        FloatVector t20 = s20.add(FloatVector.fromArray(LANES, c, c2));
        FloatVector t21 = s21.add(FloatVector.fromArray(LANES, c, c2 + WIDTH));
        FloatVector t10 = s10.add(FloatVector.fromArray(LANES, c, c1));
        FloatVector t11 = s11.add(FloatVector.fromArray(LANES, c, c1 + WIDTH));
        FloatVector t00 = s00.add(FloatVector.fromArray(LANES, c, c0));
        FloatVector t01 = s01.add(FloatVector.fromArray(LANES, c, c0 + WIDTH));
        t70.intoArray(c, c7);
        t71.intoArray(c, c7 + WIDTH);
        t60.intoArray(c, c6);
        t61.intoArray(c, c6 + WIDTH);
        t50.intoArray(c, c5);
        t51.intoArray(c, c5 + WIDTH);
        t40.intoArray(c, c4);
        t41.intoArray(c, c4 + WIDTH);
        t30.intoArray(c, c3);
        t31.intoArray(c, c3 + WIDTH);
        t20.intoArray(c, c2);
        t21.intoArray(c, c2 + WIDTH);
        t10.intoArray(c, c1);
        t11.intoArray(c, c1 + WIDTH);
        t00.intoArray(c, c0);
        t01.intoArray(c, c0 + WIDTH);
    }

    /** 8 rows by 1 vector. */
    static void eightByOne(int rows, int k, float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff,
            int cRow) {
        int a0 = aOff;
        int a1 = aOff + Math.min(1, rows - 1) * aRow;
        int a2 = aOff + Math.min(2, rows - 1) * aRow;
        int a3 = aOff + Math.min(3, rows - 1) * aRow;
        int a4 = aOff + Math.min(4, rows - 1) * aRow;
        int a5 = aOff + Math.min(5, rows - 1) * aRow;
        int a6 = aOff + Math.min(6, rows - 1) * aRow;
        int a7 = aOff + Math.min(7, rows - 1) * aRow;
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
        int c0 = cOff;
        int c1 = cOff + Math.min(1, rows - 1) * cRow;
        int c2 = cOff + Math.min(2, rows - 1) * cRow;
        int c3 = cOff + Math.min(3, rows - 1) * cRow;
        int c4 = cOff + Math.min(4, rows - 1) * cRow;
        int c5 = cOff + Math.min(5, rows - 1) * cRow;
        int c6 = cOff + Math.min(6, rows - 1) * cRow;
        int c7 = cOff + Math.min(7, rows - 1) * cRow;
        FloatVector t70 = s70.add(FloatVector.fromArray(LANES, c, c7));
        FloatVector t60 = s60.add(FloatVector.fromArray(LANES, c, c6));
        FloatVector t50 = s50.add(FloatVector.fromArray(LANES, c, c5));
        FloatVector t40 = s40.add(FloatVector.fromArray(LANES, c, c4));
        FloatVector t30 = s30.add(FloatVector.fromArray(LANES, c, c3));
        FloatVector t20 = s20.add(FloatVector.fromArray(LANES, c, c2));
        FloatVector t10 = s10.add(FloatVector.fromArray(LANES, c, c1));
        FloatVector t00 = s00.add(FloatVector.fromArray(LANES, c, c0));
        t70.intoArray(c, c7);
        t60.intoArray(c, c6);
        t50.intoArray(c, c5);
        t40.intoArray(c, c4);
        t30.intoArray(c, c3);
        t20.intoArray(c, c2);
        t10.intoArray(c, c1);
        t00.intoArray(c, c0);
    }

    /** 8 rows by the first lanes of a vector. */
    static void eightByPart(int rows, int k, float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff,
            int cRow, int lanes) {
        VectorMask<Float> mask = LANES.indexInRange(0, lanes);
        int a0 = aOff;
        int a1 = aOff + Math.min(1, rows - 1) * aRow;
        int a2 = aOff + Math.min(2, rows - 1) * aRow;
        int a3 = aOff + Math.min(3, rows - 1) * aRow;
        int a4 = aOff + Math.min(4, rows - 1) * aRow;
        int a5 = aOff + Math.min(5, rows - 1) * aRow;
        int a6 = aOff + Math.min(6, rows - 1) * aRow;
        int a7 = aOff + Math.min(7, rows - 1) * aRow;
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
        int c0 = cOff;
        int c1 = cOff + Math.min(1, rows - 1) * cRow;
        int c2 = cOff + Math.min(2, rows - 1) * cRow;
        int c3 = cOff + Math.min(3, rows - 1) * cRow;
        int c4 = cOff + Math.min(4, rows - 1) * cRow;
        int c5 = cOff + Math.min(5, rows - 1) * cRow;
        int c6 = cOff + Math.min(6, rows - 1) * cRow;
        int c7 = cOff + Math.min(7, rows - 1) * cRow;
        FloatVector t70 = s70.add(FloatVector.fromArray(LANES, c, c7, mask));
        FloatVector t60 = s60.add(FloatVector.fromArray(LANES, c, c6, mask));
        FloatVector t50 = s50.add(FloatVector.fromArray(LANES, c, c5, mask));
        FloatVector t40 = s40.add(FloatVector.fromArray(LANES, c, c4, mask));
        FloatVector t30 = s30.add(FloatVector.fromArray(LANES, c, c3, mask));
        FloatVector t20 = s20.add(FloatVector.fromArray(LANES, c, c2, mask));
        FloatVector t10 = s10.add(FloatVector.fromArray(LANES, c, c1, mask));
        FloatVector t00 = s00.add(FloatVector.fromArray(LANES, c, c0, mask));
        t70.intoArray(c, c7, mask);
        t60.intoArray(c, c6, mask);
        t50.intoArray(c, c5, mask);
        t40.intoArray(c, c4, mask);
        t30.intoArray(c, c3, mask);
        t20.intoArray(c, c2, mask);
        t10.intoArray(c, c1, mask);
        t00.intoArray(c, c0, mask);
    }

    /** 1 row by 3 vectors. */
    static void oneByThree(int k, float[] a, int aOff, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff) {
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
        int c0 = cOff;
        FloatVector t00 = s00.add(FloatVector.fromArray(LANES, c, c0));
        FloatVector t01 = s01.add(FloatVector.fromArray(LANES, c, c0 + WIDTH));
        FloatVector t02 = s02.add(FloatVector.fromArray(LANES, c, c0 + 2 * WIDTH));
        t00.intoArray(c, c0);
        t01.intoArray(c, c0 + WIDTH);
        t02.intoArray(c, c0 + 2 * WIDTH);
    }

    /** 1 row by 1 vector. */
    static void oneByOne(int k, float[] a, int aOff, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff) {
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
        int c0 = cOff;
        FloatVector t00 = s00.add(FloatVector.fromArray(LANES, c, c0));
        t00.intoArray(c, c0);
    }

    /** 1 row by the first lanes of a vector. */
    static void oneByPart(int k, float[] a, int aOff, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff, int lanes) {
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
        int c0 = cOff;
        FloatVector t00 = s00.add(FloatVector.fromArray(LANES, c, c0, mask));
        t00.intoArray(c, c0, mask);
    }
}
