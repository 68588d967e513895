package io.longwave.kernel;

import org.jspecify.annotations.Nullable;

import io.longwave.tensor.Tensor;

/**
 * A linear layer over channels for one sample of each of S series: y = W x + bias. Float32 in every set of kernels, and with the same bits in
 * every one, as {@link DiagonalStep} promises it: bias first, then channels upward. Allocates nothing and starts no threads.
 */
public interface SeriesLinear {

    /**
     * Sets y.
     *
     * @param weight W, [M, D], D at least 1
     * @param bias [M]; null for none
     * @param x [D, S], series fastest
     * @param y [M, S], out; not {@code x}
     * @param series S, at least 0
     * @throws IllegalArgumentException if a tensor is smaller than M, D and S ask for; nothing is written then
     */
    void apply(Tensor weight, @Nullable Tensor bias, Tensor x, Tensor y, int series);

    /** Checks the tensors. */
    static void check(Tensor weight, @Nullable Tensor bias, Tensor x, Tensor y, int series) {
        weight.requireRank("weight", 2);
        int outputs = weight.dim(0);
        int inputs = weight.dim(1);
        if (inputs < 1 || series < 0) {
            throw new IllegalArgumentException(
                    "weight: expected rows of at least one input for at least 0 series but was " + weight.shape() + " for " + series
                            + " series");
        }
        if (bias != null && bias.size() != outputs) {
            throw new IllegalArgumentException("bias: expected " + outputs + " numbers but was " + bias.size());
        }
        DiagonalStep.requireRoom("x", x, (long) inputs * series);
        DiagonalStep.requireRoom("y", y, (long) outputs * series);
    }
}
