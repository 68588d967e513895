package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/** Root mean square error between stretches of the last axis of two tensors [H, B, ·]. */
public interface RmseLoss {

    /**
     * loss[slot] = sqrt(mean over h, b and i &lt; count of (p[h, b, pFrom + i] − q[h, b, qFrom + i])²), summed in double.
     *
     * @param loss [S]
     */
    void forward(Tensor p, int pFrom, Tensor q, int qFrom, int count, Tensor loss, int slot);

    /**
     * dp = weight (p − q) / (n · loss) inside the stretch and 0 outside, dq = −dp; both zero where the loss is zero.
     *
     * @param pGradient shaped as p
     * @param qGradient shaped as q and added to, or null when q is data
     */
    void backward(Tensor p, int pFrom, Tensor q, int qFrom, int count, Tensor loss, int slot, double weight, Tensor pGradient,
            boolean accumulate, @org.jspecify.annotations.Nullable Tensor qGradient);

    static void check(Tensor p, int pFrom, Tensor q, int qFrom, int count, Tensor loss, int slot) {
        p.requireRank("p", 3);
        q.requireRank("q", 3);
        q.requireShape("q", p.dim(0), p.dim(1), q.dim(2));
        if (count < 1 || pFrom < 0 || qFrom < 0 || pFrom + count > p.dim(2) || qFrom + count > q.dim(2)) {
            throw new IllegalArgumentException("stretch of " + count + " from " + pFrom + " and " + qFrom + " does not fit p " + p.shape()
                    + " and q " + q.shape());
        }
        if (slot < 0 || slot >= loss.size()) {
            throw new IllegalArgumentException("loss slot " + slot + " does not fit " + loss.shape());
        }
    }
}
