package io.longwave.ssm.chimera;

/**
 * Moves windows between the order of the host, [B, rows, V], and that of grids, the batch fastest; on the way each series of each window can be
 * normalised by mean and deviation of the rows the model sees, as in reversible instance normalization (Kim et al., ICLR 2022).
 */
final class GridWindows {
    /** Added to the deviation: a window that does not move is left at zero. */
    private static final double LEAST_DEVIATION = 1e-5;

    private final ChimeraConfig config;
    private final boolean normalized;
    private float[] mean = {}; // [V, B]
    private float[] deviation = {};

    GridWindows(ChimeraConfig config, boolean normalized) {
        this.config = config;
        this.normalized = normalized;
    }

    /**
     * Finds mean and deviation of every series of every window.
     *
     * @param windows [B, rows, V]
     * @param lag rows that are looked at
     */
    void fit(float[] windows, int batch, int rows, int lag) {
        int variates = config.variates();
        if (mean.length != variates * batch) {
            mean = new float[variates * batch];
            deviation = new float[variates * batch];
        }
        for (int v = 0; v < variates; v++) {
            for (int b = 0; b < batch; b++) {
                int at = b * rows * variates + v;
                double sum = 0;
                for (int t = 0; t < lag; t++) {
                    sum += windows[at + t * variates];
                }
                double average = sum / lag;
                double squares = 0;
                for (int t = 0; t < lag; t++) {
                    double d = windows[at + t * variates] - average;
                    squares += d * d;
                }
                mean[v * batch + b] = normalized ? (float) average : 0;
                deviation[v * batch + b] = normalized ? (float) (Math.sqrt(squares / lag) + LEAST_DEVIATION) : 1;
            }
        }
    }

    /**
     * Patches of the first {@code samples} rows with the channels that tell the variate. Rows past the length of a window repeat its last row, so
     * that what is computed there is of ordinary size; the first patch is filled up with the first row where the samples are no multiple of it.
     *
     * @param lengths [B], or null when all rows count
     * @param out [k + V, V, ⌈samples / k⌉, B]
     */
    void patches(float[] windows, int batch, int rows, int samples, int @org.jspecify.annotations.Nullable [] lengths, float[] out) {
        int variates = config.variates();
        int patch = config.patch();
        int steps = config.steps(samples);
        int missing = steps * patch - samples;
        for (int b = 0; b < batch; b++) {
            int last = (lengths == null ? samples : lengths[b]) - 1;
            for (int v = 0; v < variates; v++) {
                float offset = mean[v * batch + b];
                float scale = 1 / deviation[v * batch + b];
                for (int t = 0; t < steps * patch; t++) {
                    // with lengths the padding is at the end, where nobody looks; without, in front of the window
                    int row = lengths == null ? Math.max(0, t - missing) : Math.min(t, last);
                    out[(((t % patch) * variates + v) * steps + t / patch) * batch
                            + b] = (windows[(b * rows + row) * variates + v] - offset)
                                    * scale;
                }
                for (int w = 0; w < variates; w++) {
                    for (int t = 0; t < steps; t++) {
                        out[(((patch + w) * variates + v) * steps + t) * batch + b] = v == w ? 1 : 0;
                    }
                }
            }
        }
    }

    /**
     * Normalised rows.
     *
     * @param from,count rows taken
     * @param out [count, V, B]
     */
    void take(float[] windows, int batch, int rows, int from, int count, float[] out) {
        int variates = config.variates();
        for (int b = 0; b < batch; b++) {
            for (int v = 0; v < variates; v++) {
                int i = v * batch + b;
                for (int t = 0; t < count; t++) {
                    out[t * variates * batch + i] = (windows[(b * rows + from + t) * variates + v] - mean[i]) / deviation[i];
                }
            }
        }
    }

    /** Squared deviation of each series, the weight that makes an error on normalised rows one on the rows; [count, V, B]. */
    void weights(int batch, int count, float[] out) {
        int size = config.variates() * batch;
        for (int t = 0; t < count; t++) {
            for (int i = 0; i < size; i++) {
                out[t * size + i] = deviation[i] * deviation[i];
            }
        }
    }

    /**
     * Back to rows.
     *
     * @param grid [count, V, B]
     * @param out [B, count, V]
     */
    void restore(float[] grid, int batch, int count, float[] out) {
        int variates = config.variates();
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < count; t++) {
                for (int v = 0; v < variates; v++) {
                    int i = v * batch + b;
                    out[(b * count + t) * variates + v] = grid[t * variates * batch + i] * deviation[i] + mean[i];
                }
            }
        }
    }

    /**
     * Patches back to rows.
     *
     * @param grid [k, V, count / k, B]
     * @param out [B, count, V]
     */
    void rows(float[] grid, int batch, int count, float[] out) {
        int variates = config.variates();
        int patch = config.patch();
        int steps = count / patch;
        for (int b = 0; b < batch; b++) {
            for (int t = 0; t < count; t++) {
                for (int v = 0; v < variates; v++) {
                    int i = v * batch + b;
                    out[(b * count + t) * variates + v] = grid[(((t % patch) * variates + v) * steps + t / patch) * batch + b]
                            * deviation[i]
                            + mean[i];
                }
            }
        }
    }
}
