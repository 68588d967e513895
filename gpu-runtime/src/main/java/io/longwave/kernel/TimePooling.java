package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/** Sequences of different lengths brought to one number per channel. Each is padded at its end; padding is never looked at. */
public interface TimePooling {

    /**
     * out[h, b] = mean of x[h, b, t] over t &lt; lengths[b], summed in double.
     *
     * @param x [H, B, L]
     * @param lengths [B], 1 to L
     * @param out [H, B]
     */
    void mean(Tensor x, int[] lengths, Tensor out);

    /**
     * dx[h, b, t] = dy[h, b] / lengths[b], 0 past the length.
     *
     * @param gradient dy, [H, B]
     * @param target dx, [H, B, L]
     */
    void meanBackward(Tensor gradient, int[] lengths, Tensor target, boolean accumulate);

    /** out[h, b] = x[h, b, lengths[b] − 1]. */
    void last(Tensor x, int[] lengths, Tensor out);

    /** dx[h, b, lengths[b] − 1] = dy[h, b], 0 elsewhere. */
    void lastBackward(Tensor gradient, int[] lengths, Tensor target, boolean accumulate);

    /** x[h, b, t] = 0 for t ≥ lengths[b]. */
    void clearPast(Tensor x, int[] lengths);

    static void check(Tensor x, int[] lengths, Tensor pooled) {
        checkLengths(x, lengths);
        pooled.requireShape("pooled", x.dim(0), x.dim(1));
    }

    /** Checks lengths of sequences [H, B, L]. */
    static void checkLengths(Tensor x, int[] lengths) {
        x.requireRank("x", 3);
        if (lengths.length != x.dim(1)) {
            throw new IllegalArgumentException("lengths: expected " + x.dim(1) + " but was " + lengths.length);
        }
        for (int length : lengths) {
            if (length < 1 || length > x.dim(2)) {
                throw new IllegalArgumentException("length: expected 1 to " + x.dim(2) + " steps but was " + length);
            }
        }
    }
}
