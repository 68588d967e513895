package io.longwave.kernel;

import org.jspecify.annotations.Nullable;

import io.longwave.tensor.Tensor;

/** Linear layer over channels, the same at every position: y = W x + bias. */
public interface ChannelLinear {

    /**
     * @param x [D, P], P positions
     * @param weight W, [M, D]
     * @param bias [M], or null for none
     * @param y [M, P]; may not share memory with {@code x}
     */
    void forward(Tensor x, Tensor weight, @Nullable Tensor bias, Tensor y, boolean accumulate);

    /**
     * dx = Wᵀ dy, dW += dy xᵀ, dbias += Σ dy.
     *
     * @param gradient dy, [M, P]
     * @param inputGradient dx, [D, P], or null where nobody asks for it
     * @param accumulate whether {@code inputGradient} is added to
     * @param weightGradient dW, [M, D], added to
     * @param biasGradient [M], added to, or null where there is no bias
     */
    void backward(Tensor x, Tensor weight, Tensor gradient, @Nullable Tensor inputGradient, boolean accumulate, Tensor weightGradient,
            @Nullable Tensor biasGradient);

    static void check(Tensor x, Tensor weight, @Nullable Tensor bias, Tensor y) {
        x.requireRank("x", 2);
        weight.requireRank("weight", 2);
        weight.requireShape("weight", weight.dim(0), x.dim(0));
        if (bias != null) {
            bias.requireShape("bias", weight.dim(0));
        }
        y.requireShape("y", weight.dim(0), x.dim(1));
    }
}
