package io.longwave.kernel.simd;

import java.util.Arrays;

import io.longwave.kernel.CausalConvolution.Extent;

/**
 * Convolution as a product with a Toeplitz matrix that is never built: its row q is one padded array read from another place, which is a
 * row stride of −1 in {@link Gemm}. At a few hundred steps this beats a transform; columns are cut so that only the triangle is computed.
 *
 * <p>Two ways to lay it out. Per channel: the batch is the rows and the kernel makes the Toeplitz matrix. Where one series feeds many
 * channels of own kernels (the first block): the channels are the rows and the series makes the matrix.
 */
final class GemmConvolution {
    private static final int WIDTH = MatrixTiles.WIDTH;
    private static final int COLUMNS = 3 * WIDTH;

    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    GemmConvolution(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    void forward(Extent x, float[] u, float[] kernel, int taps, int perRow, float[] y, boolean accumulate) {
        int used = Math.min(taps, x.length());
        int length = x.length();
        int run = x.batch() * length;
        if (sharedSeries(x, perRow)) {
            pool.run(x.variates() * x.batch(), task -> {
                int v = task / x.batch();
                int b = task % x.batch();
                float[] padded = padded(u, task * length, length, length);
                causal(x.channels() / x.variates(), length, used, kernel, v * taps, x.variates() * taps, padded, true, y,
                        v * run + b * length,
                        x.variates() * run, accumulate);
            });
        } else {
            pool.run(x.channels(), j -> {
                float[] padded = padded(kernel, j / perRow * taps, used, length);
                causal(x.batch(), length, used, u, j % x.variates() * run, length, padded, false, y, j * run, length, accumulate);
            });
        }
    }

    private static boolean sharedSeries(Extent x, int perRow) {
        return perRow == 1 && x.variates() < x.channels();
    }

    /** Zeros, {@code count} numbers, zeros: enough on both sides for every tile to read past the ends. */
    private float[] padded(float[] source, int at, int count, int length) {
        float[] out = scratch.get().array(0, length + 2 * COLUMNS);
        Arrays.fill(out, 0, COLUMNS, 0);
        System.arraycopy(source, at, out, COLUMNS, count);
        Arrays.fill(out, COLUMNS + count, length + 2 * COLUMNS, 0);
        return out;
    }

    /** The same with the numbers in reverse order, the first at the highest index. */
    private float[] paddedReversed(float[] source, int at, int count, int length) {
        float[] out = scratch.get().array(0, length + 2 * COLUMNS);
        int end = length + COLUMNS;
        Arrays.fill(out, 0, end - count, 0);
        for (int i = 0; i < count; i++) {
            out[end - 1 - i] = source[at + i];
        }
        Arrays.fill(out, end, length + 2 * COLUMNS, 0);
        return out;
    }

    /**
     * C[i, t] (+)= Σ_q A[i, q] w[t − q]. One of the factors has only {@code taps} numbers.
     *
     * @param shortRows whether it is A's rows, else it is w
     */
    private static void causal(int rows, int length, int taps, float[] a, int aOff, int aRow, float[] padded, boolean shortRows, float[] c,
            int cOff, int cRow, boolean accumulate) {
        for (int t0 = 0; t0 < length; t0 += COLUMNS) {
            int columns = Math.min(COLUMNS, length - t0);
            int from = shortRows ? 0 : Math.max(0, t0 - taps + 1);
            int to = Math.min(t0 + columns, shortRows ? taps : length);
            Gemm.multiply(rows, columns, to - from, a, aOff + from, aRow, 1, padded, COLUMNS + t0 - from, -1, c, cOff + t0, cRow,
                    accumulate);
        }
    }

    /** C[i, s] (+)= Σ_{t ≥ s} A[i, t] w[t − s], w with {@code taps} numbers, for s &lt; {@code count}. */
    private static void anticausal(int rows, int length, int count, int taps, float[] a, int aOff, int aRow, float[] reversed, float[] c,
            int cOff,
            int cRow, boolean accumulate) {
        int first = length + COLUMNS - 1; // where w[0] stands
        for (int s0 = 0; s0 < count; s0 += COLUMNS) {
            int columns = Math.min(COLUMNS, count - s0);
            int to = Math.min(length, s0 + columns - 1 + taps);
            Gemm.multiply(rows, columns, to - s0, a, aOff + s0, aRow, 1, reversed, first, -1, c, cOff + s0, cRow, accumulate);
        }
    }

    void inputGradient(Extent x, float[] dy, float[] kernel, int taps, int perRow, float[] du, boolean accumulate) {
        int length = x.length();
        int used = Math.min(taps, length);
        int run = x.batch() * length;
        pool.run(x.variates(), v -> {
            boolean add = accumulate;
            for (int j = v; j < x.channels(); j += x.variates()) {
                float[] reversed = paddedReversed(kernel, j / perRow * taps, used, length);
                anticausal(x.batch(), length, length, used, dy, j * run, length, reversed, du, v * run, length, add);
                add = true;
            }
        });
    }

    /** Adds to dk. */
    void kernelGradient(Extent x, float[] u, float[] dy, float[] dk, int taps, int perRow) {
        int used = Math.min(taps, x.length());
        if (sharedSeries(x, perRow)) {
            sharedKernelGradient(x, u, dy, dk, taps, used);
        } else {
            pool.run(x.channels() / perRow, row -> {
                for (int j = row * perRow; j < (row + 1) * perRow; j++) {
                    addDiagonalSums(x, u, j % x.variates() * x.batch() * x.length(), dy, j * x.batch() * x.length(), dk, row * taps, used);
                }
            });
        }
    }

    /** dk[j, s] += Σ_b Σ_t dy[j, b, t] u[b, t − s]: the channels are the rows, eight to a task. */
    private void sharedKernelGradient(Extent x, float[] u, float[] dy, float[] dk, int taps, int used) {
        int length = x.length();
        int run = x.batch() * length;
        int perSeries = x.channels() / x.variates();
        int tilesPerSeries = (perSeries + MatrixTiles.ROWS - 1) / MatrixTiles.ROWS;
        pool.run(x.variates() * tilesPerSeries, task -> {
            int v = task / tilesPerSeries;
            int first = task % tilesPerSeries * MatrixTiles.ROWS;
            int rows = Math.min(MatrixTiles.ROWS, perSeries - first);
            int channel = v + first * x.variates();
            for (int b = 0; b < x.batch(); b++) {
                float[] reversed = paddedReversed(u, (v * x.batch() + b) * length, length, length);
                anticausal(rows, length, used, length, dy, channel * run + b * length, x.variates() * run, reversed, dk, channel * taps,
                        x.variates() * taps, true);
            }
        });
    }

    /**
     * dk[s] += Σ_t G[t, t − s] with G = dyᵀ u over the batch. The product is tiled; each of the eight rows of a tile adds into its own line
     * at the place that belongs to its diagonal, so that neighbouring stores never overlap, and the lines are summed at the end.
     */
    private void addDiagonalSums(Extent x, float[] u, int uAt, float[] dy, int dyAt, float[] dk, int dkAt, int used) {
        int length = x.length();
        int rows = MatrixTiles.ROWS;
        int line = 2 * length + rows + COLUMNS;
        float[] lines = scratch.get().array(1, rows * line);
        Arrays.fill(lines, 0, rows * line, 0);
        for (int t0 = 0; t0 < length; t0 += rows) {
            int height = Math.min(rows, length - t0);
            int from = Math.max(0, t0 - used + 1);
            int to = Math.min(length, (t0 + height + WIDTH - 1) / WIDTH * WIDTH);
            Gemm.multiply(height, to - from, x.batch(), dy, dyAt + t0, 1, length, u, uAt + from, length, lines, length - 1 - t0 + from,
                    line,
                    true);
        }
        for (int s = 0; s < used; s++) {
            float sum = 0;
            for (int r = 0; r < rows; r++) {
                sum += lines[r * line + length - 1 - s + r];
            }
            dk[dkAt + s] += sum;
        }
    }
}
