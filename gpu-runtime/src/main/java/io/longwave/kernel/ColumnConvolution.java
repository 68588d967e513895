package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/** A short causal filter of each channel along the time of a grid, y[h,v,t] = bias[h] + Σ_j w[h,j] x[h,v,t−j]; x is 0 before the first step. */
public interface ColumnConvolution {

    /**
     * @param x [H, V, L, B]
     * @param weight w, [H, W]
     * @param bias [H]
     * @param y [H, V, L, B]; not {@code x}
     */
    void forward(Tensor x, Tensor weight, Tensor bias, Tensor y);

    /**
     * The same for a stream that goes on; the bits are those of a pass over all of it.
     *
     * @param tail inputs before x, the last ones last, [H, V, W − 1, B]; out: those before what comes next
     */
    void step(Tensor x, Tensor weight, Tensor bias, Tensor tail, Tensor y);

    /**
     * dx[h,v,t] = Σ_j w[h,j] dy[h,v,t+j], dw[h,j] += Σ dy[h,v,t] x[h,v,t−j], dbias[h] += Σ dy[h,v,t].
     *
     * @param gradient dy, [H, V, L, B]
     * @param inputGradient dx, [H, V, L, B]
     * @param accumulate whether {@code inputGradient} is added to
     * @param weightGradient [H, W], added to
     * @param biasGradient [H], added to
     */
    void backward(Tensor x, Tensor weight, Tensor gradient, Tensor inputGradient, boolean accumulate, Tensor weightGradient,
            Tensor biasGradient);

    static void check(Tensor x, Tensor weight, Tensor bias, Tensor y) {
        x.requireRank("x", 4);
        weight.requireRank("weight", 2);
        weight.requireShape("weight", x.dim(0), weight.dim(1));
        bias.requireShape("bias", x.dim(0));
        y.requireShape("y", x.shape().toArray());
    }
}
