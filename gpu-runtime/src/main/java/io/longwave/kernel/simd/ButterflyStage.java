package io.longwave.kernel.simd;

import io.longwave.kernel.ButterflyFactors.Stage;

/**
 * One matrix of a butterfly over one row, as products of the blocks. Sides of products that run along the matrix want it transposed in the last
 * stage, where a block is a single number wide; all blocks are one product there.
 *
 * <p>Products add, so a matrix is copied in six forms: Re F, Im F and −Im F, and the same transposed.
 */
record ButterflyStage(int blocks, int size, int rest, int at, float[] twiddles) {
    private static final int FORMS = 6;

    static ButterflyStage of(Stage stage) {
        double[] exact = stage.twiddles();
        float[] rounded = new float[exact.length];
        for (int i = 0; i < exact.length; i++) {
            rounded[i] = (float) exact[i];
        }
        return new ButterflyStage(stage.blocks(), stage.size(), stage.rest(), stage.at(), rounded);
    }

    /** Numbers of a copy of all matrices, of which there are {@code numbers}. */
    static int copied(int numbers) {
        return FORMS * (numbers / 2);
    }

    private int copyAt() {
        return FORMS * (at / 2);
    }

    private int area() {
        return size * size;
    }

    /** Writes the forms of F that products want. */
    void copy(float[] matrices, float[] copy) {
        int n = area();
        int to = copyAt();
        for (int k = 0; k < size; k++) {
            for (int j = 0; j < size; j++) {
                float re = matrices[at + k * size + j];
                float im = matrices[at + n + k * size + j];
                int own = to + k * size + j;
                int turned = to + 3 * n + j * size + k;
                copy[own] = re;
                copy[own + n] = im;
                copy[own + 2 * n] = -im;
                copy[turned] = re;
                copy[turned + n] = im;
                copy[turned + 2 * n] = -im;
            }
        }
    }

    /** y = w F x of a row; the imaginary part of x is not read where {@code real}. y may not be x. */
    void forward(float[] copy, float[] x, int xRe, int xIm, boolean real, float[] y, int yRe, int yIm) {
        int f = copyAt();
        int n = area();
        if (rest == 1) {
            along(copy, f + 3 * n, x, xRe, y, yRe, false);
            along(copy, f + 4 * n, x, xRe, y, yIm, false);
            if (!real) {
                along(copy, f + 5 * n, x, xIm, y, yRe, true);
                along(copy, f + 3 * n, x, xIm, y, yIm, true);
            }
        } else {
            for (int p = 0; p < blocks; p++) {
                int block = p * size * rest;
                across(copy, f, size, 1, x, xRe + block, y, yRe + block, false);
                across(copy, f + n, size, 1, x, xRe + block, y, yIm + block, false);
                if (!real) {
                    across(copy, f + 2 * n, size, 1, x, xIm + block, y, yRe + block, true);
                    across(copy, f, size, 1, x, xIm + block, y, yIm + block, true);
                }
            }
            turn(y, yRe, yIm, false);
        }
    }

    /** d = conj(w) d. The last stage has no factors behind it. */
    void turnBack(float[] d, int re, int im) {
        if (rest > 1) {
            turn(d, re, im, true);
        }
    }

    /** x = Fᴴ d; the imaginary part of x is not made where {@code real}. x may not be d. */
    void adjoint(float[] copy, float[] d, int dRe, int dIm, float[] x, int xRe, int xIm, boolean real) {
        int f = copyAt();
        int n = area();
        if (rest == 1) {
            along(copy, f, d, dRe, x, xRe, false);
            along(copy, f + n, d, dIm, x, xRe, true);
            if (!real) {
                along(copy, f, d, dIm, x, xIm, false);
                along(copy, f + 2 * n, d, dRe, x, xIm, true);
            }
            return;
        }
        for (int p = 0; p < blocks; p++) {
            int block = p * size * rest;
            across(copy, f, 1, size, d, dRe + block, x, xRe + block, false);
            across(copy, f + n, 1, size, d, dIm + block, x, xRe + block, true);
            if (!real) {
                across(copy, f, 1, size, d, dIm + block, x, xIm + block, false);
                across(copy, f + 2 * n, 1, size, d, dRe + block, x, xIm + block, true);
            }
        }
    }

    /** y[k][m] (+)= Σ f[k][n] x[n][m] of one block. */
    private void across(float[] copy, int f, int row, int column, float[] x, int from, float[] y, int to, boolean add) {
        Gemm.multiply(size, rest, size, copy, f, row, column, x, from, rest, y, to, rest, add);
    }

    /** y[p][k] (+)= Σ x[p][n] f[n][k] of all blocks. */
    private void along(float[] copy, int f, float[] x, int from, float[] y, int to, boolean add) {
        Gemm.multiply(blocks, size, size, x, from, size, 1, copy, f, size, y, to, size, add);
    }

    private void turn(float[] y, int re, int im, boolean back) {
        int n = size * rest;
        for (int p = 0; p < blocks; p++) {
            int block = p * n;
            if (back) {
                ComplexLanes.multiplyConjugated(y, re + block, im + block, twiddles, 0, n, y, re + block, im + block, n);
            } else {
                ComplexLanes.multiply(y, re + block, im + block, twiddles, 0, n, y, re + block, im + block, n);
            }
        }
    }

    /**
     * Adds dF = Σ d xᴴ of a row to three sums: its real part, and the two that its imaginary part is the difference of.
     *
     * @param sums of all matrices, three parts of size² each
     * @param lanes scratch for products along rows
     */
    void addGradient(float[] d, int dRe, int dIm, float[] x, int xRe, int xIm, boolean real, float[] sums, int sumsAt, float[] lanes) {
        int to = sumsAt + 3 * (at / 2);
        int n = area();
        outer(d, dRe, x, xRe, sums, to, lanes);
        outer(d, dIm, x, xRe, sums, to + n, lanes);
        if (!real) {
            outer(d, dIm, x, xIm, sums, to, lanes);
            outer(d, dRe, x, xIm, sums, to + 2 * n, lanes);
        }
    }

    /** c[k][n] += Σ d[p][k][m] x[p][n][m]. */
    private void outer(float[] d, int from, float[] x, int xFrom, float[] c, int to, float[] lanes) {
        if (rest == 1) {
            Gemm.multiply(size, size, blocks, d, from, 1, size, x, xFrom, size, c, to, size, true);
            return;
        }
        for (int p = 0; p < blocks; p++) {
            int block = p * size * rest;
            Gemm.multiplyByTransposed(size, size, rest, d, from + block, rest, x, xFrom + block, rest, c, to, size, lanes);
        }
    }

    /** Adds the three sums to the gradient. */
    void addSums(float[] sums, int sumsAt, float[] gradient) {
        int from = sumsAt + 3 * (at / 2);
        int n = area();
        for (int i = 0; i < n; i++) {
            gradient[at + i] += sums[from + i];
            gradient[at + n + i] += sums[from + n + i] - sums[from + 2 * n + i];
        }
    }
}
