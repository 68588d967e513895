package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/**
 * Normalisation over the channels of each position: x̂ = (x − m) r, y = gain x̂ + bias. Layer norm takes mean and variance off (Ba et al.,
 * arXiv:1607.06450, eq. 4), RMS norm divides by the root mean square alone (Zhang and Sennrich, arXiv:1910.07467, eq. 4).
 */
public interface ChannelNormalization {

    /**
     * @param x [H, P]
     * @param epsilon added to the variance or mean square
     * @param gain [H]
     * @param bias [H]
     * @param statistics [2, P], out: m and r
     * @param y [H, P]
     */
    void forward(Kind kind, Tensor x, double epsilon, Tensor gain, Tensor bias, Tensor statistics, Tensor y);

    /**
     * dx = r (g − mean(g) − x̂ mean(g x̂)) with g = gain dy, without mean(g) for RMS; dgain += Σ dy x̂, dbias += Σ dy.
     *
     * @param statistics as {@link #forward} left them
     * @param gradient dy, [H, P]
     * @param target dx, [H, P]
     * @param gainGradient,biasGradient [H], added to
     */
    void backward(Kind kind, Tensor x, Tensor gain, Tensor statistics, Tensor gradient, Tensor target, boolean accumulate,
            Tensor gainGradient, Tensor biasGradient);

    /** What is taken off before the division. */
    enum Kind {
        /** The mean over the channels; m is the mean, r = 1 / √(variance + ε). */
        LAYER,
        /** Nothing; m = 0, r = 1 / √(mean square + ε). */
        RMS
    }

    static void check(Tensor x, Tensor gain, Tensor bias, Tensor statistics, Tensor y) {
        x.requireRank("x", 2);
        gain.requireShape("gain", x.dim(0));
        bias.requireShape("bias", x.dim(0));
        statistics.requireShape("statistics", 2, x.dim(1));
        y.requireShape("y", x.dim(0), x.dim(1));
    }
}
