package io.longwave.kernel;

import java.util.Arrays;

import io.longwave.tensor.Tensor;

/**
 * Convolution kernels of diagonal systems, a Vandermonde product: K[r, l] = f Re Σ_n w[r, n] exp((start + l) e[r, n]) for R rows of n modes.
 * The factor f is 2 where each mode stands for itself and its conjugate, 1 where all modes are listed (S4D, arXiv:2206.11893, eq. 6).
 *
 * <p>The modes are few (N / 2 per channel) and come from the host in float64, since their powers amplify the rounding of e: Im(e) l reaches
 * thousands of radians. Only K and its gradient are tensors.
 */
public interface VandermondeKernel {

    /**
     * @param start power of the first tap, at least 0
     * @param kernel K, [R, L], overwritten
     * @throws IllegalArgumentException if the rows differ or {@code start} is negative
     */
    void forward(Modes modes, int start, Tensor kernel);

    /**
     * Gradient with respect to the modes: with S = f Σ_l g[l] exp((start + l) e) and T = f Σ_l (start + l) g[l] exp((start + l) e),
     * dw = conj(S) and de = conj(w T), real and imaginary part being the derivatives by the real and the imaginary part.
     *
     * @param gradient g, [R, L]
     * @return gradients in the layout of {@code modes}, owned by the caller
     */
    ModeGradient backward(Modes modes, int start, Tensor gradient);

    /**
     * Modes of R rows, arrays of R · count numbers, mode fastest. The arrays stay the caller's and must not change during a call.
     *
     * @param rows R
     * @param count n, modes per row
     * @param factor f
     * @param weightRe,weightIm w
     * @param logRe,logIm e, the logarithm of what a mode is multiplied by in one step
     */
    record Modes(int rows, int count, double factor, double[] weightRe, double[] weightIm, double[] logRe, double[] logIm) {
        public Modes {
            for (double[] array : Arrays.asList(weightRe, weightIm, logRe, logIm)) {
                if (array.length != rows * count) {
                    throw new IllegalArgumentException(
                            "modes: expected " + rows + " rows of " + count + " numbers but was " + array.length + " numbers");
                }
            }
        }
    }

    /** Gradients of the four arrays of {@link Modes}. */
    record ModeGradient(double[] weightRe, double[] weightIm, double[] logRe, double[] logIm) {
        public static ModeGradient zeros(Modes modes) {
            int size = modes.rows() * modes.count();
            return new ModeGradient(new double[size], new double[size], new double[size], new double[size]);
        }
    }

    /** Checks the rows against [R, L]. */
    static void check(Modes modes, int start, Tensor kernel) {
        kernel.requireRank("kernel", 2);
        kernel.requireShape("kernel", modes.rows(), kernel.dim(1));
        if (start < 0) {
            throw new IllegalArgumentException("start: expected at least 0 but was " + start);
        }
    }
}
