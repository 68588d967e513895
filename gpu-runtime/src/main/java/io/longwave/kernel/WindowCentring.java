package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/** Brings windows as data sets hold them, [B, rows, V], into series-major layout with an offset per window taken off. */
public interface WindowCentring {

    /**
     * centred[v, b, t] = window[b, t, v] − offset[v, b].
     *
     * @param windows [B, rows, V]
     * @param lag so many first rows say what the offset is
     * @param offset [V, B], out
     * @param centred [V, B, rows], out
     * @param past [V, B, lag], out: the first rows of {@code centred}
     */
    void centre(Tensor windows, int lag, Offset kind, Tensor offset, Tensor centred, Tensor past);

    /** out[b, h, v] = forecast[v, b, h] + offset[v, b]. */
    void restore(Tensor forecast, Tensor offset, Tensor out);

    /** What is subtracted from a window. */
    enum Offset {
        /** Mean over the lag. */
        MEAN,
        /** Last value of the lag. */
        LAST,
        /** Nothing. */
        NONE
    }

    static void check(Tensor windows, int lag, Tensor offset, Tensor centred, Tensor past) {
        windows.requireRank("windows", 3);
        offset.requireShape("offset", windows.dim(2), windows.dim(0));
        centred.requireShape("centred", windows.dim(2), windows.dim(0), windows.dim(1));
        past.requireShape("past", windows.dim(2), windows.dim(0), lag);
        if (lag < 1 || lag > windows.dim(1)) {
            throw new IllegalArgumentException("lag: expected 1 to " + windows.dim(1) + " rows but was " + lag);
        }
    }

    static void checkRestore(Tensor forecast, Tensor offset, Tensor out) {
        forecast.requireRank("forecast", 3);
        offset.requireShape("offset", forecast.dim(0), forecast.dim(1));
        out.requireShape("out", forecast.dim(1), forecast.dim(2), forecast.dim(0));
    }
}
