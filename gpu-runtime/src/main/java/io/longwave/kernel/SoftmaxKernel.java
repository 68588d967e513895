package io.longwave.kernel;

import io.longwave.kernel.DiagonalKernel.Form;
import io.longwave.kernel.DiagonalKernel.Numbers;
import io.longwave.kernel.DiagonalKernel.Rule;
import io.longwave.tensor.Tensor;

/**
 * Convolution kernels of diagonal state-space models whose modes are normalised over the sequence (DSS, arXiv:2203.14343, proposition 1 (a)) straight
 * from the numbers that are trained, and the way back. With dt, A, B and C as in {@link DiagonalKernel}, E = dt A, and s = 1 for a mode that decays
 * or stands, −1 for one that grows (Re A &gt; 0):
 *
 * <pre>
 *   q = A (exp(s E L) − 1)      r = conj(q) / (|q|² + ε)
 *   K[h, l] = Re Σ_n C B (exp(s E) − 1) r exp(E (l − m))      m = 0 for s = 1, L − 1 for s = −1
 * </pre>
 *
 * In gradients the shift E m is held constant. No exponential grows: a mode with s = −1 is summed from the last tap back. Everything before the sum is
 * in float64 in all sets, and a training pass needs no number on the host.
 */
public interface SoftmaxKernel {

    /**
     * @param form held over the step
     * @param epsilon ε, above 0
     * @param kernel K, [heads · H, L], overwritten
     */
    void forward(Form form, Numbers numbers, double epsilon, Tensor kernel);

    /**
     * Gradient with respect to the numbers.
     *
     * @param numbers as given to the forward pass
     * @param gradient [heads · H, L]
     * @param sums gradients of the numbers, added to
     */
    void backward(Form form, Numbers numbers, double epsilon, Tensor gradient, Numbers sums);

    /** Checks numbers, or their gradients, and K. */
    static void check(Form form, Numbers numbers, double epsilon, Tensor kernel) {
        if (form.rule() != Rule.ZERO_ORDER_HOLD) {
            throw new IllegalArgumentException("rule: expected " + Rule.ZERO_ORDER_HOLD + " but was " + form.rule());
        }
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException("epsilon: expected above 0 but was " + epsilon);
        }
        DiagonalKernel.check(form, numbers, kernel);
    }
}
