package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/** Dropout by itself. It is linear, so the backward pass is the same call on the gradient. */
public interface DropoutMask {

    /**
     * y = x scaled by 1 / (1 − rate) where {@link Dropout#keeps} says so, else 0; elements are counted in the order of memory.
     *
     * @param x any shape
     * @param y of the same shape; may be {@code x} when not accumulated
     */
    void apply(Dropout dropout, Tensor x, Tensor y, boolean accumulate);
}
