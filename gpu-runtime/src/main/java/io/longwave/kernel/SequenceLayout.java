package io.longwave.kernel;

import org.jspecify.annotations.Nullable;

import io.longwave.tensor.Tensor;

/** Moves between the layout of files and services, [B, L, V] row by row, and the one of kernels, channel-major [V, B, L]. */
public interface SequenceLayout {

    /**
     * out[v k + i, b, t] = (rows[b, t k + i, v] − mean[v]) scale[v] for patches of k steps; 0 past L and past the length.
     *
     * @param rows [B, L, V]
     * @param lengths [B], 0 to L, or null when all are L
     * @param patch k, steps that become the channels of one
     * @param mean,scale [V], or null for 0 and 1
     * @param out [V k, B, ⌈L / k⌉]
     */
    void toChannels(Tensor rows, int @Nullable [] lengths, int patch, @Nullable Tensor mean, @Nullable Tensor scale, Tensor out);

    /**
     * The way back without scaling: rows[b, t k + i, v] = x[v k + i, b, t].
     *
     * @param x [V k, B, ⌈L / k⌉]
     * @param rows [B, L, V], out
     */
    void toRows(Tensor x, int patch, Tensor rows);

    /** out[g, n, m] = x[g, m, n] of [G, M, N]. */
    void transpose(Tensor x, Tensor out, boolean accumulate);

    /**
     * out[.., i] = x[.., from + i]: a stretch of the last axis.
     *
     * @param x [.., L]
     * @param out [.., T]
     */
    void slice(Tensor x, int from, Tensor out);

    /** Gradient of {@link #slice}: x[.., from + i] = out[.., i] and 0 elsewhere, or added. */
    void unslice(Tensor out, int from, Tensor x, boolean accumulate);

    static void checkPatches(Tensor rows, int patch, Tensor channels) {
        rows.requireRank("rows", 3);
        if (patch < 1) {
            throw new IllegalArgumentException("patch: expected at least 1 step but was " + patch);
        }
        channels.requireShape("channels", rows.dim(2) * patch, rows.dim(0), (rows.dim(1) + patch - 1) / patch);
    }

    static void checkTransposed(Tensor x, Tensor out) {
        x.requireRank("x", 3);
        out.requireShape("out", x.dim(0), x.dim(2), x.dim(1));
    }

    static void checkSlice(Tensor x, int from, Tensor out) {
        int[] dims = x.shape().toArray();
        int length = x.dim(-1);
        int count = out.dim(-1);
        dims[dims.length - 1] = count;
        out.requireShape("slice", dims);
        if (from < 0 || from + count > length) {
            throw new IllegalArgumentException("slice of " + count + " from " + from + " does not fit " + x.shape());
        }
    }
}
