package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/**
 * Discrete Fourier transform X[k] = Σ_n x[n] exp(−2πi kn/N) of rows of any length N, and its inverse
 * x[n] = (1/N) Σ_k X[k] exp(2πi kn/N). Real and imaginary parts are two tensors; bins are in natural order.
 *
 * <p>Gradients: of {@link #forward} it is N times {@link #inverse} of the gradient, of {@link #inverse} it is {@link #forward} of the
 * gradient divided by N; the real forms have methods of their own.
 */
public interface FourierTransform {

    /**
     * X of complex rows. A result may be the tensor it is made from.
     *
     * @param re,im x, [R, N]
     * @param outRe,outIm X, [R, N]
     */
    void forward(Tensor re, Tensor im, Tensor outRe, Tensor outIm);

    /**
     * x of complex rows. A result may be the tensor it is made from.
     *
     * @param re,im X, [R, N]
     * @param outRe,outIm x, [R, N]
     */
    void inverse(Tensor re, Tensor im, Tensor outRe, Tensor outIm);

    /**
     * The bins 0 to N/2 of real rows; the others are their conjugates.
     *
     * @param x [R, N]
     * @param re,im X, [R, N/2 + 1]
     */
    void forwardReal(Tensor x, Tensor re, Tensor im);

    /**
     * The real rows that have these bins. The imaginary part of bin 0, and of bin N/2 where N is even, has no effect.
     *
     * @param re,im X, [R, N/2 + 1]
     * @param x [R, N]
     */
    void inverseReal(Tensor re, Tensor im, Tensor x);

    /**
     * Gradient of {@link #forwardReal}: dx[n] = Σ_{k ≤ N/2} dRe[k] cos(2π kn/N) − dIm[k] sin(2π kn/N).
     *
     * @param re,im gradient of X, [R, N/2 + 1]
     * @param x dx, [R, N], overwritten
     */
    void forwardRealGradient(Tensor re, Tensor im, Tensor x);

    /**
     * Gradient of {@link #inverseReal}: the bins of {@link #forwardReal} of dx, times 1/N at bin 0 and N/2 and 2/N between; the imaginary
     * parts that have no effect get zero.
     *
     * @param x dx, [R, N]
     * @param re,im gradient of X, [R, N/2 + 1], overwritten
     */
    void inverseRealGradient(Tensor x, Tensor re, Tensor im);

    /** Checks that all have the shape [R, N] of the first, N ≥ 1. */
    static void check(Tensor re, Tensor im, Tensor outRe, Tensor outIm) {
        requireRows("re", re);
        im.requireShape("im", re.dim(0), re.dim(1));
        outRe.requireShape("outRe", re.dim(0), re.dim(1));
        outIm.requireShape("outIm", re.dim(0), re.dim(1));
    }

    /** Checks x [R, N] against bins [R, N/2 + 1]. */
    static void checkReal(Tensor x, Tensor re, Tensor im) {
        requireRows("x", x);
        re.requireShape("re", x.dim(0), x.dim(1) / 2 + 1);
        im.requireShape("im", x.dim(0), x.dim(1) / 2 + 1);
    }

    private static void requireRows(String name, Tensor rows) {
        rows.requireRank(name, 2);
        if (rows.dim(1) == 0) {
            throw new IllegalArgumentException(name + ": expected rows of at least one number but was " + rows.shape());
        }
    }
}
