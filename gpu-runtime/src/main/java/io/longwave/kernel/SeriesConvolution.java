package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/**
 * A short causal convolution with SiLU, one sample of each of S series: y_t = silu(bias + Σ_k w_k x_{t−k}). Float32 in every set of kernels,
 * and with the same bits in every one, as {@link DiagonalStep} promises it: bias first, then the oldest input to the newest. Allocates nothing
 * and starts no threads.
 */
public interface SeriesConvolution {

    /**
     * Takes a sample in and reads out.
     *
     * @param weight w, [H, K], the newest input's tap first, K at least 1
     * @param bias [H]
     * @param state the K − 1 inputs before this one, [H, K − 1, S], oldest first, series fastest; in and out
     * @param stateAt where those inputs start in {@code state}
     * @param x [H, S], series fastest
     * @param y [H, S], out; may be {@code x}
     * @param series S, at least 0
     * @throws IllegalArgumentException if a tensor is smaller than H, K and S ask for; nothing is written then
     */
    void step(Tensor weight, Tensor bias, Tensor state, int stateAt, Tensor x, Tensor y, int series);

    /** Checks the tensors and returns K. */
    static int check(Tensor weight, Tensor bias, Tensor state, int stateAt, Tensor x, Tensor y, int series) {
        int channels = bias.size();
        if (channels < 1 || weight.size() < channels || weight.size() % channels != 0 || series < 0) {
            throw new IllegalArgumentException("weight: expected taps for each of " + channels + " channels, at least one, for at least 0 "
                    + "series but was " + weight.size() + " numbers for " + series + " series");
        }
        int taps = weight.size() / channels;
        DiagonalStep.requireRoom("state", state, stateAt + (long) channels * (taps - 1) * series);
        DiagonalStep.requireRoom("x", x, (long) channels * series);
        DiagonalStep.requireRoom("y", y, (long) channels * series);
        return taps;
    }
}
