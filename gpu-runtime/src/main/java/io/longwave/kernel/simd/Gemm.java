package io.longwave.kernel.simd;

import java.util.Arrays;

/** Matrix product over strided float arrays, cut into {@link MatrixTiles}. One thread. */
final class Gemm {
    private static final int WIDTH = MatrixTiles.WIDTH;
    /** Below this many rows left over, single-row tiles beat a part-filled tile. */
    private static final int SINGLE_ROWS = 2;

    private Gemm() {}

    /**
     * C[i, j] (+)= Σ_q A[i, q] B[q, j], i &lt; m, j &lt; n, q &lt; k.
     *
     * @param a A[i, q] = a[aOff + i aRow + q aCol]
     * @param b B[q, j] = b[bOff + q bRow + j]
     * @param c C[i, j] = c[cOff + i cRow + j]
     */
    static void multiply(int m, int n, int k, float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow, float[] c, int cOff,
            int cRow, boolean accumulate) {
        if (!accumulate) {
            for (int i = 0; i < m; i++) {
                Arrays.fill(c, cOff + i * cRow, cOff + i * cRow + n, 0);
            }
        }
        int j = 0;
        while (j < n) {
            int vectors = (n - j) / WIDTH;
            int columns = columnsOfTile(vectors);
            int i = 0;
            while (i < m) {
                int rows = Math.min(MatrixTiles.ROWS, m - i);
                int aAt = aOff + i * aRow;
                int cAt = cOff + i * cRow + j;
                if (rows <= SINGLE_ROWS) {
                    singleRow(n - j, columns, k, a, aAt, aCol, b, bOff + j, bRow, c, cAt);
                    i++;
                } else {
                    switch (columns) {
                        case 3 -> MatrixTiles.eightByThree(rows, k, a, aAt, aRow, aCol, b, bOff + j, bRow, c, cAt, cRow);
                        case 2 -> MatrixTiles.eightByTwo(rows, k, a, aAt, aRow, aCol, b, bOff + j, bRow, c, cAt, cRow);
                        case 1 -> MatrixTiles.eightByOne(rows, k, a, aAt, aRow, aCol, b, bOff + j, bRow, c, cAt, cRow);
                        default -> MatrixTiles.eightByPart(rows, k, a, aAt, aRow, aCol, b, bOff + j, bRow, c, cAt, cRow, n - j);
                    }
                    i += rows;
                }
            }
            j += columns == 0 ? n - j : columns * WIDTH;
        }
    }

    private static void singleRow(int left, int columns, int k, float[] a, int aAt, int aCol, float[] b, int bAt, int bRow, float[] c,
            int cAt) {
        if (columns == 3) {
            MatrixTiles.oneByThree(k, a, aAt, aCol, b, bAt, bRow, c, cAt);
        } else if (columns == 0) {
            MatrixTiles.oneByPart(k, a, aAt, aCol, b, bAt, bRow, c, cAt, left);
        } else {
            for (int v = 0; v < columns; v++) {
                MatrixTiles.oneByOne(k, a, aAt, aCol, b, bAt + v * WIDTH, bRow, c, cAt + v * WIDTH);
            }
        }
    }

    /** Three vectors while they last, but four as two and two: a tile of one vector is bound by loads. */
    private static int columnsOfTile(int vectors) {
        return vectors >= 5 || vectors == 3 ? 3 : Math.min(vectors, 2);
    }

    /**
     * C[i, j] (+)= Σ_q A[i, q] B[j, q]: both sides run along q, which is what a weight gradient over a long sequence looks like. Lanes run
     * over q; the sums over lanes are taken at the end in a fixed order.
     *
     * @param lanes at least 16 WIDTH floats of scratch
     */
    static void multiplyByTransposed(int m, int n, int k, float[] a, int aOff, int aRow, float[] b, int bOff, int bRow, float[] c, int cOff,
            int cRow, float[] lanes) {
        for (int i = 0; i < m; i += DotTile.SIDE) {
            int rows = Math.min(DotTile.SIDE, m - i);
            for (int j = 0; j < n; j += DotTile.SIDE) {
                int columns = Math.min(DotTile.SIDE, n - j);
                DotTile.add(rows, columns, k, a, aOff + i * aRow, aRow, b, bOff + j * bRow, bRow, c, cOff + i * cRow + j, cRow, lanes);
            }
        }
    }
}
