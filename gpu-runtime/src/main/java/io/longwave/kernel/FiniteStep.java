package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/**
 * One step of a convolution with K taps in transposed direct form, for S series at once: s[m] ← s[m + 1] + κ[m] u with s[K] = 0, then y = s[0]. The
 * state holds what the inputs so far add to the coming outputs, so a step is one multiply-add per tap and there is no ring index that series
 * stepped together would have to share. Float32 in every set of kernels, and with the same bits in every one, as {@link DiagonalStep} promises
 * it. Allocates nothing and starts no threads.
 */
public interface FiniteStep {

    /**
     * Moves every state on and reads it out.
     *
     * @param taps κ, [H, K], the newest input's first, K at least 1
     * @param state s, [H, K, S], series fastest; in and out
     * @param u [H, S]
     * @param y [H, S], out; may be {@code u}
     * @param series S, at least 0
     * @throws IllegalArgumentException if a tensor is smaller than S asks for; nothing is written then
     */
    void step(Tensor taps, Tensor state, Tensor u, Tensor y, int series);

    /** Checks the tensors. */
    static void check(Tensor taps, Tensor state, Tensor u, Tensor y, int series) {
        taps.requireRank("taps", 2);
        if (taps.dim(1) < 1 || series < 0) {
            throw new IllegalArgumentException("taps: expected at least one of each channel for at least 0 series but was " + taps.shape()
                    + " for " + series + " series");
        }
        DiagonalStep.requireRoom("state", state, (long) taps.size() * series);
        DiagonalStep.requireRoom("u", u, (long) taps.dim(0) * series);
        DiagonalStep.requireRoom("y", y, (long) taps.dim(0) * series);
    }
}
