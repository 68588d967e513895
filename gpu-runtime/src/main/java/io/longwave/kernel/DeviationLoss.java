package io.longwave.kernel;

import org.jspecify.annotations.Nullable;

import io.longwave.tensor.Tensor;

/** Mean of a function of the difference of two tensors of one shape, Σ m ℓ(p − q) / Σ m with weights m of the elements. */
public interface DeviationLoss {

    /**
     * @param q what p should be; data, no gradient
     * @param mask m, shaped as p, at least 0; null counts every element once
     * @param loss [S], the value goes to {@code slot}; 0 where the weights sum to 0
     */
    void forward(Kind kind, Tensor p, Tensor q, @Nullable Tensor mask, Tensor loss, int slot);

    /** dp times {@code weight}. */
    void backward(Kind kind, Tensor p, Tensor q, @Nullable Tensor mask, double weight, Tensor target, boolean accumulate);

    /** ℓ. */
    enum Kind {
        /** e². */
        SQUARED,
        /** |e|, with slope 0 at 0. */
        ABSOLUTE,
        /** e² / 2 up to |e| = 1, |e| − ½ beyond; Huber 1964. */
        HUBER
    }

    static void check(Tensor p, Tensor q, @Nullable Tensor mask) {
        q.requireShape("q", p.shape().toArray());
        if (mask != null) {
            mask.requireShape("mask", p.shape().toArray());
        }
    }
}
