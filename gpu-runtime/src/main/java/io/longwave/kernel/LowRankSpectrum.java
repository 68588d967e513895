package io.longwave.kernel;

import io.longwave.kernel.DiagonalKernel.Form;
import io.longwave.kernel.DiagonalKernel.Rule;
import io.longwave.tensor.Tensor;

/**
 * Spectra of convolution kernels of diagonal plus low-rank systems straight from the numbers that are trained, and the way back. With dt and A
 * as in {@link DiagonalKernel}, the system is diag(A) − Σ P_r P_r* and goes into {@link CauchyKernel} as
 *
 * <pre>
 *   w = dt A      left = dt B, dt P_1 .. dt P_R      right = C~_1 .. C~_heads, conj(P_1) .. conj(P_R)             S4, arXiv:2111.00396, theorem 3
 * </pre>
 *
 * P comes in the copies of A and B; C~ and dt are a channel's own. Everything before the spectrum is in float64 in all sets. Unlike
 * {@link CauchyKernel} it needs no number on the host: a training pass over it goes on without waiting.
 */
public interface LowRankSpectrum {

    /**
     * @param form with the bilinear rule
     * @param length L, at least 1
     * @param re,im K^, [heads · H, L/2 + 1], overwritten
     */
    void forward(Form form, Numbers numbers, int length, Tensor re, Tensor im);

    /**
     * Gradient with respect to the numbers.
     *
     * @param numbers as given to the forward pass
     * @param re,im gradient of K^ by its real and its imaginary parts, [heads · H, L/2 + 1]
     * @param sums gradients of the numbers, added to
     */
    void backward(Form form, Numbers numbers, int length, Tensor re, Tensor im, Numbers sums);

    /**
     * Trained numbers, or their gradients.
     *
     * @param diagonal with C~ in the place of C
     * @param p [R, copies, n, 2], R at least 1
     */
    record Numbers(DiagonalKernel.Numbers diagonal, Tensor p) {
        /** R. */
        public int rank() {
            return p.dim(0);
        }
    }

    /** Checks numbers, or their gradients, and a spectrum. */
    static void check(Form form, Numbers numbers, int length, Tensor re, Tensor im) {
        if (form.rule() != Rule.BILINEAR) {
            throw new IllegalArgumentException("rule: expected " + Rule.BILINEAR + " but was " + form.rule());
        }
        DiagonalKernel.check(form, numbers.diagonal);
        numbers.p.requireRank("P", 4);
        numbers.p.requireShape("P", numbers.rank(), form.copies(), form.modes(), 2);
        CauchyKernel.check(form.rows(), length, re, im);
    }
}
