package io.longwave.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Sixteen dot products at once: 4 rows of A with 4 rows of B. Rows past the given number read the last one again and are not stored. */
final class DotTile {
    static final int SIDE = 4;
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();

    private DotTile() {}

    /** C[i, j] += Σ_q A[i, q] B[j, q]. */
    static void add(int rows, int columns, int k, float[] a, int aOff, int aRow, float[] b, int bOff, int bRow, float[] c, int cOff,
            int cRow,
            float[] lanes) {
        int a1 = aOff + Math.min(1, rows - 1) * aRow;
        int a2 = aOff + Math.min(2, rows - 1) * aRow;
        int a3 = aOff + Math.min(3, rows - 1) * aRow;
        int a0 = aOff;
        int b1 = bOff + Math.min(1, columns - 1) * bRow;
        int b2 = bOff + Math.min(2, columns - 1) * bRow;
        int b3 = bOff + Math.min(3, columns - 1) * bRow;
        int b0 = bOff;
        FloatVector s00 = FloatVector.zero(LANES);
        FloatVector s01 = FloatVector.zero(LANES);
        FloatVector s02 = FloatVector.zero(LANES);
        FloatVector s03 = FloatVector.zero(LANES);
        FloatVector s10 = FloatVector.zero(LANES);
        FloatVector s11 = FloatVector.zero(LANES);
        FloatVector s12 = FloatVector.zero(LANES);
        FloatVector s13 = FloatVector.zero(LANES);
        FloatVector s20 = FloatVector.zero(LANES);
        FloatVector s21 = FloatVector.zero(LANES);
        FloatVector s22 = FloatVector.zero(LANES);
        FloatVector s23 = FloatVector.zero(LANES);
        FloatVector s30 = FloatVector.zero(LANES);
        FloatVector s31 = FloatVector.zero(LANES);
        FloatVector s32 = FloatVector.zero(LANES);
        FloatVector s33 = FloatVector.zero(LANES);
        int bound = LANES.loopBound(k);
        for (int q = 0; q < bound; q += WIDTH) {
            FloatVector y0 = FloatVector.fromArray(LANES, b, b0 + q);
            FloatVector y1 = FloatVector.fromArray(LANES, b, b1 + q);
            FloatVector y2 = FloatVector.fromArray(LANES, b, b2 + q);
            FloatVector y3 = FloatVector.fromArray(LANES, b, b3 + q);
            FloatVector x0 = FloatVector.fromArray(LANES, a, a0 + q);
            s00 = x0.fma(y0, s00);
            s01 = x0.fma(y1, s01);
            s02 = x0.fma(y2, s02);
            s03 = x0.fma(y3, s03);
            FloatVector x1 = FloatVector.fromArray(LANES, a, a1 + q);
            s10 = x1.fma(y0, s10);
            s11 = x1.fma(y1, s11);
            s12 = x1.fma(y2, s12);
            s13 = x1.fma(y3, s13);
            FloatVector x2 = FloatVector.fromArray(LANES, a, a2 + q);
            s20 = x2.fma(y0, s20);
            s21 = x2.fma(y1, s21);
            s22 = x2.fma(y2, s22);
            s23 = x2.fma(y3, s23);
            FloatVector x3 = FloatVector.fromArray(LANES, a, a3 + q);
            s30 = x3.fma(y0, s30);
            s31 = x3.fma(y1, s31);
            s32 = x3.fma(y2, s32);
            s33 = x3.fma(y3, s33);
        }
        s00.intoArray(lanes, 0 * WIDTH);
        s01.intoArray(lanes, 1 * WIDTH);
        s02.intoArray(lanes, 2 * WIDTH);
        s03.intoArray(lanes, 3 * WIDTH);
        s10.intoArray(lanes, 4 * WIDTH);
        s11.intoArray(lanes, 5 * WIDTH);
        s12.intoArray(lanes, 6 * WIDTH);
        s13.intoArray(lanes, 7 * WIDTH);
        s20.intoArray(lanes, 8 * WIDTH);
        s21.intoArray(lanes, 9 * WIDTH);
        s22.intoArray(lanes, 10 * WIDTH);
        s23.intoArray(lanes, 11 * WIDTH);
        s30.intoArray(lanes, 12 * WIDTH);
        s31.intoArray(lanes, 13 * WIDTH);
        s32.intoArray(lanes, 14 * WIDTH);
        s33.intoArray(lanes, 15 * WIDTH);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                float sum = Rows.sumOfLanes(lanes, (i * SIDE + j) * WIDTH);
                for (int q = bound; q < k; q++) {
                    sum = Math.fma(a[aOff + i * aRow + q], b[bOff + j * bRow + q], sum);
                }
                c[cOff + i * cRow + j] += sum;
            }
        }
    }
}
