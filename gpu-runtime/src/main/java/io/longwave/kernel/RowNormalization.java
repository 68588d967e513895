package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/**
 * Rows divided by their own p-norm: â = a / ‖a‖ₚ. As in the published SpaceTime code nothing is divided when the mean of the norms is at
 * most 1e-4; a single zero row stays zero.
 */
public interface RowNormalization {
    /** Below this mean norm no row is divided. */
    double SMALLEST_MEAN_NORM = 1e-4;

    /**
     * @param a [H, N]
     * @param order p: 0 leaves the rows as they are, 1 sums absolute values, 2 is the Euclidean norm
     * @param norms [H], what each row was divided by; 0 where it was not divided
     * @param normalized â, [H, N]
     */
    void forward(Tensor a, int order, Tensor norms, Tensor normalized);

    /**
     * da = (dâ − s (dâ · â)) / ‖a‖ₚ with s = sign(a) for p = 1 and s = â for p = 2.
     *
     * @param gradient dâ, [H, N]
     * @param target da, [H, N]
     */
    void backward(Tensor a, int order, Tensor norms, Tensor normalized, Tensor gradient, Tensor target, boolean accumulate);

    static void check(Tensor a, int order, Tensor norms, Tensor normalized) {
        a.requireRank("a", 2);
        if (order < 0 || order > 2) {
            throw new IllegalArgumentException("norm order: expected 0, 1 or 2 but was " + order);
        }
        norms.requireShape("norms", a.dim(0));
        normalized.requireShape("normalized", a.dim(0), a.dim(1));
    }
}
