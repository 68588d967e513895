package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/**
 * Convolution kernels of diagonal state-space models straight from the numbers that are trained, and the way back. For head s, channel h and n modes
 *
 * <pre>
 *   dt = f(inv_dt)    A = −g(A_real) − i k(A_imag)    x = dt A
 *   K[s, h, l] = 2 Re Σ_n C[s, h, n] dt B hold(x) exp(l log_step(x))                       S4D, arXiv:2206.11893, eq. 5 and 6
 * </pre>
 *
 * Everything before the sum is in float64 in all sets, since powers amplify the rounding of log_step; see {@link VandermondeKernel}. A and B come in
 * copies that the channels share, channel h using copy h mod copies; C and dt are a channel's own. Unlike {@link VandermondeKernel} it needs no
 * number on the host: a training pass over it goes on without waiting.
 */
public interface DiagonalKernel {

    /** @param kernel K, [heads · H, L], overwritten */
    void forward(Form form, Numbers numbers, Tensor kernel);

    /**
     * Gradient with respect to the numbers.
     *
     * @param numbers as given to the forward pass
     * @param gradient [heads · H, L]
     * @param sums gradients of the numbers, added to
     */
    void backward(Form form, Numbers numbers, Tensor gradient, Numbers sums);

    /**
     * Trained numbers, or their gradients.
     *
     * @param invDt [H, 1] or [H, n]
     * @param aReal,aImag [copies, n]
     * @param b [1, copies, n, 2], real and imaginary parts
     * @param c [heads, H, n, 2]
     */
    record Numbers(Tensor invDt, Tensor aReal, Tensor aImag, Tensor b, Tensor c) {}

    /**
     * Sizes, and what the numbers stand for.
     *
     * @param heads kernels per channel, each with a C of its own
     * @param channels H
     * @param copies independent A and B, at most H
     * @param modes n
     * @param stepPerMode whether dt is [H, n] rather than [H, 1]
     * @param dt f
     * @param real g
     * @param imag k
     * @param rule how a mode is taken over a step
     */
    record Form(int heads, int channels, int copies, int modes, boolean stepPerMode, Transform dt, Transform real, Transform imag,
            Rule rule) {
        public Form {
            if (heads < 1 || channels < 1 || modes < 1) {
                throw new IllegalArgumentException(
                        "modes: expected heads, channels and modes of at least 1 but was " + heads + ", " + channels + ", " + modes);
            }
            if (copies < 1 || copies > channels) {
                throw new IllegalArgumentException("copies: expected 1 to the " + channels + " channels but was " + copies);
            }
        }

        /** Rows of the kernel. */
        public int rows() {
            return heads * channels;
        }

        /** Numbers of inv_dt. */
        public int steps() {
            return channels * (stepPerMode ? modes : 1);
        }

        /** Where inv_dt has the step size of a mode. */
        public int step(int channel, int mode) {
            return stepPerMode ? channel * modes + mode : channel;
        }

        /** Where A and B have a mode. */
        public int shared(int channel, int mode) {
            return channel % copies * modes + mode;
        }
    }

    /** How a mode is taken over one step, as functions of x = dt A. */
    enum Rule {
        /** The input is constant over the step: log_step = x, hold = (e^x − 1) / x. */
        ZERO_ORDER_HOLD,
        /** The trapezoidal rule: hold = 1 / (1 − x/2), log_step = log((1 + x/2) hold). */
        BILINEAR
    }

    /** Checks numbers, or their gradients, and K. */
    static void check(Form form, Numbers numbers, Tensor kernel) {
        check(form, numbers);
        kernel.requireRank("kernel", 2);
        kernel.requireShape("kernel", form.rows(), kernel.dim(1));
    }

    /** Checks numbers, or their gradients. */
    static void check(Form form, Numbers numbers) {
        numbers.invDt.requireShape("inv_dt", form.channels, form.stepPerMode ? form.modes : 1);
        numbers.aReal.requireShape("A_real", form.copies, form.modes);
        numbers.aImag.requireShape("A_imag", form.copies, form.modes);
        numbers.b.requireShape("B", 1, form.copies, form.modes, 2);
        numbers.c.requireShape("C", form.heads, form.channels, form.modes, 2);
    }
}
