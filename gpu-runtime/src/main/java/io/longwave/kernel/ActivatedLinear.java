package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/**
 * Position-wise layer y = W dropout(gelu(s)) + bias, optionally plus s itself. GELU is the exact one, x Φ(x) with
 * Φ(x) = (1 + erf(x / √2)) / 2. Activation, mask and product are one kernel because the activated sequence is as large as the input and
 * is needed nowhere else; the backward pass computes it again.
 */
public interface ActivatedLinear {

    /**
     * @param s [D, P], P positions
     * @param weight W, [M, D]
     * @param bias [M]
     * @param residual adds s; needs M = D
     * @param y [M, P]
     */
    void forward(Tensor s, Tensor weight, Tensor bias, Dropout dropout, boolean residual, Tensor y, boolean accumulate);

    /**
     * @param gradient dy, [M, P]
     * @param inputGradient ds, [D, P]
     * @param accumulate whether {@code inputGradient} is added to
     * @param weightGradient dW, [M, D], added to
     * @param biasGradient [M], added to
     */
    void backward(Tensor s, Tensor weight, Dropout dropout, boolean residual, Tensor gradient, Tensor inputGradient, boolean accumulate,
            Tensor weightGradient, Tensor biasGradient);

    static void check(Tensor s, Tensor weight, Tensor bias, boolean residual, Tensor y) {
        s.requireRank("s", 2);
        weight.requireRank("weight", 2);
        weight.requireShape("weight", weight.dim(0), s.dim(0));
        bias.requireShape("bias", weight.dim(0));
        y.requireShape("y", weight.dim(0), s.dim(1));
        if (residual) {
            weight.requireShape("weight of a residual layer", s.dim(0), s.dim(0));
        }
    }
}
