package io.longwave.kernel;

import org.jspecify.annotations.Nullable;

import io.longwave.tensor.Tensor;

/**
 * A transform of real rows whose block matrices are parameters. For factors N = N1 N2 … with matrices F1, F2, … and fixed factors w between them,
 * number n = n1 (N2 N3 …) + n2 (N3 …) + … of a row goes through
 *
 * <pre>
 * S[k1][n2 …] = w1[k1][n2 …] Σ F1[k1][n1] x[n1][n2 …],   then the same with F2 over n2 for each k1, and so on
 * </pre>
 *
 * With {@link ButterflyFactors#fourier()} it is X[k] = Σ_n x[n] θⁿ exp(−2πi kn/N), θ = exp(iπ / 2N), and bin k = k1 + N1 k2 + N1 N2 k3 + … stands at
 * [k1][k2][k3] …. θ is in F1 and w1. Products of two such spectra, taken back, have the causal convolution as their real part, without padding:
 *
 * <pre>
 * y = adjoint(inverse matrices, forward(F, u) · forward(F′, k))
 * </pre>
 *
 * With other matrices the map is linear in u and in k but no convolution, and number t of y depends on all of u. Fu et al. 2023, arXiv:2302.06646,
 * section 3.3 and appendix C.
 *
 * <p>Rows x [R, L] with L ≤ N are taken as followed by zeros. Spectra are [2, R, N], real parts first. A gradient of a complex number is that of its
 * real part with i times that of its imaginary part. The error of every number of a row is relative to the norm of the row.
 */
public interface ButterflyTransform {

    /**
     * S = B x.
     *
     * @param matrices as {@link ButterflyFactors#numbers()} says
     * @param x [R, L]
     * @param spectrum S, [2, R, N], overwritten
     */
    void forward(ButterflyFactors factors, Tensor matrices, Tensor x, Tensor spectrum);

    /**
     * x = Re(Bᴴ S), cut to the rows: the gradient of {@link #forward} for x, and with {@link ButterflyFactors#inverse()} the exact inverse.
     *
     * @param spectrum S, [2, R, N]
     * @param x [R, L], overwritten or added to
     */
    void adjoint(ButterflyFactors factors, Tensor matrices, Tensor spectrum, Tensor x, boolean accumulate);

    /**
     * Gradients of {@link #forward}: for matrix i, dF = Σ dS Xᴴ over rows and blocks with its input X and the gradient dS of its output.
     *
     * @param x [R, L]
     * @param gradient of S, [2, R, N]
     * @param xGradient [R, L], overwritten or added to; null where it is not wanted
     * @param matrixGradient in the order of the matrices, added to
     */
    void backward(ButterflyFactors factors, Tensor matrices, Tensor x, Tensor gradient, @Nullable Tensor xGradient, boolean accumulate,
            Tensor matrixGradient);

    /**
     * Each row of a batch times the spectrum of its channel: out[h, b] = a[h, b] k[h], or a[h, b] conj(k[h]), number by number.
     *
     * @param a [2, H B, N]
     * @param k [2, H, N]
     * @param out [2, H B, N], overwritten; may be a
     */
    void multiply(Tensor a, Tensor k, boolean conjugated, Tensor out);

    /**
     * out[h] = Σ_b a[h, b] conj(c[h, b]), number by number: the gradient of {@link #multiply} for k from those of out and a.
     *
     * @param a,c [2, H B, N]
     * @param out [2, H, N], overwritten
     */
    void correlate(Tensor a, Tensor c, Tensor out);

    /** Checks rows against their spectrum and both against the factors. */
    static void check(ButterflyFactors factors, Tensor matrices, Tensor x, Tensor spectrum) {
        matrices.requireShape("matrices", factors.numbers());
        x.requireRank("x", 2);
        int n = factors.length();
        if (x.dim(1) > n) {
            throw new IllegalArgumentException(
                    "x: expected rows of at most " + n + " numbers for factors " + factors.sizes() + " but was " + x.shape());
        }
        spectrum.requireShape("spectrum", 2, x.dim(0), n);
    }

    /** Checks gradients too. */
    static void check(ButterflyFactors factors, Tensor matrices, Tensor x, Tensor gradient, @Nullable Tensor xGradient,
            Tensor matrixGradient) {
        check(factors, matrices, x, gradient);
        if (xGradient != null) {
            xGradient.requireShape("gradient of x", x.dim(0), x.dim(1));
        }
        matrixGradient.requireShape("gradient of matrices", factors.numbers());
    }

    /** Checks what {@link #multiply} is given. @return B */
    static int checkProduct(Tensor a, Tensor k, Tensor out) {
        return checkBatch(a, k, "k", out, "out");
    }

    /** Checks what {@link #correlate} is given. @return B */
    static int checkCorrelation(Tensor a, Tensor c, Tensor out) {
        return checkBatch(a, out, "out", c, "c");
    }

    private static int checkBatch(Tensor a, Tensor channels, String channelsName, Tensor like, String likeName) {
        channels.requireRank(channelsName, 3);
        int h = channels.dim(1);
        int n = channels.dim(2);
        channels.requireShape(channelsName, 2, h, n);
        a.requireRank("a", 3);
        a.requireShape("a", 2, a.dim(1), n);
        like.requireShape(likeName, 2, a.dim(1), n);
        if (h == 0 || a.dim(1) % h != 0) {
            throw new IllegalArgumentException("a: expected a multiple of " + h + " rows but was " + a.shape());
        }
        return a.dim(1) / h;
    }
}
