package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/** Gated linear unit y = a σ(b), the two halves of the channels of one tensor; Dauphin et al., arXiv:1612.08083, eq. 1. */
public interface GatedUnit {

    /**
     * @param x a over b, [2H, P]
     * @param y [H, P]
     */
    void forward(Tensor x, Tensor y, boolean accumulate);

    /**
     * da = dy σ(b), db = dy a σ(b) (1 − σ(b)).
     *
     * @param gradient dy, [H, P]
     * @param target dx, [2H, P]
     */
    void backward(Tensor x, Tensor gradient, Tensor target, boolean accumulate);

    static void check(Tensor x, Tensor y) {
        x.requireRank("x", 2);
        y.requireRank("y", 2);
        x.requireShape("x", 2 * y.dim(0), y.dim(1));
    }
}
