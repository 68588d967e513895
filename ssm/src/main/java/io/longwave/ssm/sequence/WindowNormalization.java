package io.longwave.ssm.sequence;

import io.longwave.kernel.WindowCentring.Offset;

/**
 * Takes an offset, and if asked the deviation, of the rows a model sees off each window and gives it back to the forecast, so that the network
 * sees shapes and not levels; Kim et al., ICLR 2022 (reversible instance normalization), without its trained gain. B batch, L lag, V variates.
 */
final class WindowNormalization {
    /** Added to the variance: a window that does not move is left at zero. */
    private static final double LEAST_VARIANCE = 1e-5;

    private final Offset kind;
    private final boolean scaled;
    private final int lag;
    private final int variates;
    private float[] offset = new float[0]; // [V, B]
    private float[] scale = new float[0];

    WindowNormalization(Offset kind, boolean scaled, int lag, int variates) {
        this.kind = kind;
        this.scaled = scaled;
        this.lag = lag;
        this.variates = variates;
    }

    /**
     * Finds offset and scale of every window.
     *
     * @param windows [B, rows, V], the first L rows are the lag
     */
    void fit(float[] windows, int batch, int rows) {
        if (offset.length != variates * batch) {
            offset = new float[variates * batch];
            scale = new float[variates * batch];
        }
        for (int v = 0; v < variates; v++) {
            for (int b = 0; b < batch; b++) {
                int at = b * rows * variates + v;
                double mean = mean(windows, at);
                int i = v * batch + b;
                offset[i] = switch (kind) {
                    case MEAN -> (float) mean;
                    case LAST -> windows[at + (lag - 1) * variates];
                    case NONE -> 0;
                };
                scale[i] = scaled ? deviation(windows, at, mean) : 1;
            }
        }
    }

    /** What a window of a single series, [L], is divided by. */
    double scale(float[] window) {
        return scaled ? deviation(window, 0, mean(window, 0)) : 1;
    }

    private double mean(float[] windows, int at) {
        double sum = 0;
        for (int t = 0; t < lag; t++) {
            sum += windows[at + t * variates];
        }
        return sum / lag;
    }

    private float deviation(float[] windows, int at, double mean) {
        double sum = 0;
        for (int t = 0; t < lag; t++) {
            double d = windows[at + t * variates] - mean;
            sum += d * d;
        }
        return (float) Math.sqrt(sum / lag + LEAST_VARIANCE);
    }

    /**
     * Normalised rows of all windows.
     *
     * @param windows [B, rows, V]
     * @param from,count rows taken
     * @param out [V, B, count]
     */
    void take(float[] windows, int batch, int rows, int from, int count, float[] out) {
        for (int v = 0; v < variates; v++) {
            for (int b = 0; b < batch; b++) {
                int i = v * batch + b;
                int at = (b * rows + from) * variates + v;
                for (int t = 0; t < count; t++) {
                    out[i * count + t] = (windows[at + t * variates] - offset[i]) / scale[i];
                }
            }
        }
    }

    /**
     * Back to the scale of the windows.
     *
     * @param forecast [V, B, horizon]
     * @param out [B, horizon, V]
     */
    void restore(float[] forecast, int batch, int horizon, float[] out) {
        for (int v = 0; v < variates; v++) {
            for (int b = 0; b < batch; b++) {
                int i = v * batch + b;
                for (int h = 0; h < horizon; h++) {
                    out[(b * horizon + h) * variates + v] = forecast[i * horizon + h] * scale[i] + offset[i];
                }
            }
        }
    }
}
