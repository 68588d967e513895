package io.longwave.kernel;

import org.jspecify.annotations.Nullable;

import io.longwave.tensor.Tensor;

/**
 * The diagonal recurrence x_t = a x_{t−1} + u_t of M modes that do not change with time, real or complex, every state kept. Gu, Goel and Ré
 * 2022, arXiv:2111.00396, eq. 3 with a diagonal state matrix. Passed back, with λ_t = dx_t + ā λ_{t+1} and ā the conjugate:
 *
 * <pre>
 *   du = λ      da = Σ λ_t conj(x_{t−1})      dx_{−1} = ā λ_0
 * </pre>
 *
 * The gradient of a complex number is that of its real part plus i times that of its imaginary part. |a| is at most about 1: powers of a up
 * to the number of lanes are formed.
 */
public interface DiagonalScan {

    /**
     * Runs real modes.
     *
     * @param a [M]
     * @param u [M, B, L]
     * @param initial x before the first step, [M, B]; null for zero
     * @param x [M, B, L], overwritten; may be {@code u}
     * @param last x after the last step, [M, B], overwritten; null when nobody wants it
     */
    void forward(Tensor a, Tensor u, @Nullable Tensor initial, Tensor x, @Nullable Tensor last);

    /**
     * Passes the gradient back through real modes.
     *
     * @param x as {@link #forward} left it
     * @param initial as it was given
     * @param gradient dx, [M, B, L]; a gradient of the last state belongs to its last step
     * @param aGradient da, [M], added to
     * @param uGradient du, [M, B, L]; may be {@code gradient} when not accumulated
     * @param accumulate whether {@code uGradient} is added to
     * @param initialGradient [M, B], added to; null when nobody wants it
     */
    void backward(Tensor a, Tensor x, @Nullable Tensor initial, Tensor gradient, Tensor aGradient, Tensor uGradient, boolean accumulate,
            @Nullable Tensor initialGradient);

    /** Runs complex modes; shapes as of {@link #forward(Tensor, Tensor, Tensor, Tensor, Tensor)}. */
    void forward(Complex a, Complex u, @Nullable Complex initial, Complex x, @Nullable Complex last);

    /** Passes the gradient back through complex modes; shapes as of the real one. */
    void backward(Complex a, Complex x, @Nullable Complex initial, Complex gradient, Complex aGradient, Complex uGradient,
            boolean accumulate, @Nullable Complex initialGradient);

    /** Real and imaginary parts, of one shape. */
    record Complex(Tensor re, Tensor im) {
        public Complex {
            im.requireShape("imaginary part", re.shape().toArray());
        }
    }

    /** Checks a [M] and rows [M, B, L] against other rows and what there is per row, [M, B]. */
    static void check(Tensor a, Tensor rows, Tensor others, @Nullable Tensor initial, @Nullable Tensor last) {
        rows.requireRank("rows", 3);
        a.requireShape("a", rows.dim(0));
        others.requireShape("rows", rows.shape().toArray());
        if (initial != null) {
            initial.requireShape("initial", rows.dim(0), rows.dim(1));
        }
        if (last != null) {
            last.requireShape("last", rows.dim(0), rows.dim(1));
        }
    }

    static @Nullable Tensor re(@Nullable Complex complex) {
        return complex == null ? null : complex.re;
    }

    static @Nullable Tensor im(@Nullable Complex complex) {
        return complex == null ? null : complex.im;
    }
}
