package io.longwave.kernel.simd;

import java.util.Arrays;

import io.longwave.kernel.CausalConvolution.Extent;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Convolution with a handful of taps, tap by tap over four vectors of time. A row is copied between zeros, so that no tap asks whether it
 * reaches past an end.
 */
final class DirectConvolution {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final int STEP = 4 * WIDTH;

    private final WorkPool pool;
    private final ThreadLocal<Scratch> scratch;

    DirectConvolution(WorkPool pool, ThreadLocal<Scratch> scratch) {
        this.pool = pool;
        this.scratch = scratch;
    }

    void forward(Extent x, float[] u, float[] kernel, int taps, int perRow, float[] y, boolean accumulate) {
        int length = x.length();
        int used = Math.min(taps, length);
        pool.run(x.channels(), j -> {
            Scratch mine = scratch.get();
            for (int b = 0; b < x.batch(); b++) {
                float[] padded = padded(mine, 0, used, u, (j % x.variates() * x.batch() + b) * length, length);
                slide(padded, used, -1, kernel, j / perRow * taps, used, y, (j * x.batch() + b) * length, length, accumulate,
                        mine.array(2, STEP));
            }
        });
    }

    void inputGradient(Extent x, float[] dy, float[] kernel, int taps, int perRow, float[] du, boolean accumulate) {
        int length = x.length();
        int used = Math.min(taps, length);
        pool.run(x.variates(), v -> {
            Scratch mine = scratch.get();
            for (int b = 0; b < x.batch(); b++) {
                boolean add = accumulate;
                for (int j = v; j < x.channels(); j += x.variates()) {
                    float[] padded = padded(mine, 0, used, dy, (j * x.batch() + b) * length, length);
                    slide(padded, used, 1, kernel, j / perRow * taps, used, du, (v * x.batch() + b) * length, length, add,
                            mine.array(2, STEP));
                    add = true;
                }
            }
        });
    }

    /** Adds to dk. */
    void kernelGradient(Extent x, float[] u, float[] dy, float[] dk, int taps, int perRow) {
        int length = x.length();
        int used = Math.min(taps, length);
        pool.run(x.channels() / perRow, row -> {
            Scratch mine = scratch.get();
            for (int j = row * perRow; j < (row + 1) * perRow; j++) {
                for (int b = 0; b < x.batch(); b++) {
                    float[] series = padded(mine, 0, used, u, (j % x.variates() * x.batch() + b) * length, length);
                    float[] gradient = padded(mine, 1, used, dy, (j * x.batch() + b) * length, length);
                    dots(series, gradient, used, length, used, dk, row * taps, mine.array(2, STEP));
                }
            }
        });
    }

    /** At least {@code before} zeros, the row from {@code before} on, zeros. */
    private static float[] padded(Scratch mine, int slot, int before, float[] row, int at, int length) {
        float[] out = mine.array(slot, length + 2 * before + STEP);
        Arrays.fill(out, 0, before, 0);
        System.arraycopy(row, at, out, before, length);
        Arrays.fill(out, before + length, length + 2 * before + STEP, 0);
        return out;
    }

    /** y[t] (+)= Σ_s k[s] x[t + s direction], x[0] standing at {@code first}. */
    private static void slide(float[] x, int first, int direction, float[] kernel, int k, int taps, float[] y, int to, int length,
            boolean accumulate, float[] rest) {
        int whole = length / STEP * STEP;
        for (int t = 0; t < whole; t += STEP) {
            slideStep(x, first + t, direction, kernel, k, taps, y, to + t, accumulate);
        }
        if (whole < length) {
            slideStep(x, first + whole, direction, kernel, k, taps, rest, 0, false);
            for (int t = whole; t < length; t++) {
                y[to + t] = accumulate ? y[to + t] + rest[t - whole] : rest[t - whole];
            }
        }
    }

    private static void slideStep(float[] x, int at, int direction, float[] kernel, int k, int taps, float[] y, int to,
            boolean accumulate) {
        FloatVector y0 = FloatVector.zero(LANES);
        FloatVector y1 = FloatVector.zero(LANES);
        FloatVector y2 = FloatVector.zero(LANES);
        FloatVector y3 = FloatVector.zero(LANES);
        if (accumulate) {
            y0 = FloatVector.fromArray(LANES, y, to);
            y1 = FloatVector.fromArray(LANES, y, to + WIDTH);
            y2 = FloatVector.fromArray(LANES, y, to + 2 * WIDTH);
            y3 = FloatVector.fromArray(LANES, y, to + 3 * WIDTH);
        }
        int i = at;
        for (int s = 0; s < taps; s++) {
            FloatVector tap = FloatVector.broadcast(LANES, kernel[k + s]);
            y0 = FloatVector.fromArray(LANES, x, i).fma(tap, y0);
            y1 = FloatVector.fromArray(LANES, x, i + WIDTH).fma(tap, y1);
            y2 = FloatVector.fromArray(LANES, x, i + 2 * WIDTH).fma(tap, y2);
            y3 = FloatVector.fromArray(LANES, x, i + 3 * WIDTH).fma(tap, y3);
            i += direction;
        }
        y0.intoArray(y, to);
        y1.intoArray(y, to + WIDTH);
        y2.intoArray(y, to + 2 * WIDTH);
        y3.intoArray(y, to + 3 * WIDTH);
    }

    /** dk[s] += Σ_t dy[t] x[t − s], four taps at a time; x[0] and dy[0] stand at {@code first}. */
    private static void dots(float[] x, float[] dy, int first, int length, int taps, float[] dk, int at, float[] lanes) {
        for (int s = 0; s < taps; s += 4) {
            FloatVector d0 = FloatVector.zero(LANES);
            FloatVector d1 = FloatVector.zero(LANES);
            FloatVector d2 = FloatVector.zero(LANES);
            FloatVector d3 = FloatVector.zero(LANES);
            int from = first - s;
            int second = Math.max(0, from - 1); // the last four may hold fewer taps: what is read instead is not used
            int third = Math.max(0, from - 2);
            int fourth = Math.max(0, from - 3);
            for (int t = 0; t < length; t += WIDTH) {
                FloatVector g = FloatVector.fromArray(LANES, dy, first + t);
                d0 = FloatVector.fromArray(LANES, x, from + t).fma(g, d0);
                d1 = FloatVector.fromArray(LANES, x, second + t).fma(g, d1);
                d2 = FloatVector.fromArray(LANES, x, third + t).fma(g, d2);
                d3 = FloatVector.fromArray(LANES, x, fourth + t).fma(g, d3);
            }
            d0.intoArray(lanes, 0);
            d1.intoArray(lanes, WIDTH);
            d2.intoArray(lanes, 2 * WIDTH);
            d3.intoArray(lanes, 3 * WIDTH);
            for (int i = 0; i < Math.min(4, taps - s); i++) {
                dk[at + s + i] += Rows.sumOfLanes(lanes, i * WIDTH);
            }
        }
    }
}
