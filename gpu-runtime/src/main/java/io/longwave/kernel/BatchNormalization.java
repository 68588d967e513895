package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/**
 * Normalisation of each channel over the positions of a batch, Ioffe and Szegedy, arXiv:1502.03167, algorithm 1. Positions past the length of
 * their sequence do not count.
 */
public interface BatchNormalization {

    /**
     * Mean and variance (divided by the count) of each channel over the first lengths[b] steps of the sequences.
     *
     * @param x [H, B, L]
     * @param lengths [B], 1 to L
     * @param mean,variance [H], out
     */
    void statistics(Tensor x, int[] lengths, Tensor mean, Tensor variance);

    /** y = gain (x − mean) / √(variance + ε) + bias at every position, with statistics of this batch or of the training. */
    void forward(Tensor x, Tensor mean, Tensor variance, double epsilon, Tensor gain, Tensor bias, Tensor y);

    /**
     * Gradient of {@link #forward} through {@link #statistics}: with r = 1 / √(variance + ε), g = gain dy and n positions that count,
     * dx = r (g − (Σ g + x̂ Σ g x̂) / n) where a position counts and r g elsewhere; dgain += Σ dy x̂, dbias += Σ dy.
     *
     * @param gradient dy, [H, B, L]
     * @param target dx, [H, B, L]
     * @param gainGradient,biasGradient [H], added to
     */
    void backward(Tensor x, int[] lengths, Tensor mean, Tensor variance, double epsilon, Tensor gain, Tensor gradient, Tensor target,
            boolean accumulate, Tensor gainGradient, Tensor biasGradient);

    static void check(Tensor x, Tensor mean, Tensor variance, Tensor gain, Tensor bias, Tensor y) {
        x.requireRank("x", 3);
        mean.requireShape("mean", x.dim(0));
        variance.requireShape("variance", x.dim(0));
        gain.requireShape("gain", x.dim(0));
        bias.requireShape("bias", x.dim(0));
        y.requireShape("y", x.shape().toArray());
    }
}
