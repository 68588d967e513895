package io.longwave.kernel;

import java.util.Arrays;

import io.longwave.tensor.Tensor;

/**
 * Spectra of convolution kernels of diagonal plus low-rank systems under the bilinear rule: the truncated generating function at the roots
 * of unity, by Cauchy sums and the Woodbury identity. S4, arXiv:2111.00396, theorem 3.
 *
 * <pre>
 *   ω = exp(−2πi k/L)    z = 2 (1 − ω) / (1 + ω) = 2i tan(πk/L)         k = 0 .. L/2
 *   r[i][j] = Σ v / (z − w) + conj(v) / (z − conj(w)),  v = left_i right_j, over the stored modes
 *   S = r[B][C] − r[B][Q] (I + r[P][Q])⁻¹ r[P][C]        K^ = 2 S / (1 + ω)
 * </pre>
 *
 * At ω = −1 (k = L/2 of an even L) z is infinite; there K^ is the limit Re Σ left_B right_C and the sums are given as zero.
 *
 * <p>Modes come from the host in float64: z − w loses digits where a mode rings (near z = i Im w by Im w / Re w), so all of a sum is taken
 * in float64 and only the spectrum is rounded.
 */
public interface CauchyKernel {

    /**
     * The sums r before the correction, for inspection.
     *
     * @param re,im r, [(1 + R) (heads + R) H, L/2 + 1], left slowest
     */
    void sums(LowRankModes modes, int length, Tensor re, Tensor im);

    /**
     * @param length L, at least 1
     * @param re,im K^, [heads · H, L/2 + 1], overwritten
     */
    void forward(LowRankModes modes, int length, Tensor re, Tensor im);

    /**
     * Gradient with respect to poles and vectors.
     *
     * @param re,im gradient of K^ by its real and its imaginary parts, [heads · H, L/2 + 1]
     * @return gradients in the layout of {@code modes}, owned by the caller
     */
    LowRankModes backward(LowRankModes modes, int length, Tensor re, Tensor im);

    /**
     * Stored modes of H systems, each standing for itself and its conjugate; arrays mode fastest. The arrays stay the caller's.
     *
     * @param channels H
     * @param modes n
     * @param heads outputs per channel
     * @param rank R, may be 0
     * @param poleRe,poleIm w = dt A, [H, n]
     * @param leftRe,leftIm dt B, dt P_1 .. dt P_R, [1 + R, H, n]
     * @param rightRe,rightIm C_1 .. C_heads, Q_1 .. Q_R, [heads + R, H, n]
     */
    record LowRankModes(int channels, int modes, int heads, int rank, double[] poleRe, double[] poleIm, double[] leftRe, double[] leftIm,
            double[] rightRe, double[] rightIm) {
        public LowRankModes {
            int size = channels * modes;
            require("poles", size, poleRe, poleIm);
            require("left vectors", (1 + rank) * size, leftRe, leftIm);
            require("right vectors", (heads + rank) * size, rightRe, rightIm);
        }

        private static void require(String name, int size, double[] re, double[] im) {
            for (double[] array : Arrays.asList(re, im)) {
                if (array.length != size) {
                    throw new IllegalArgumentException(name + ": expected " + size + " numbers but was " + array.length);
                }
            }
        }

        /** Zeros in the same layout. */
        public LowRankModes zeros() {
            return new LowRankModes(channels, modes, heads, rank, new double[poleRe.length], new double[poleRe.length],
                    new double[leftRe.length], new double[leftRe.length], new double[rightRe.length], new double[rightRe.length]);
        }

        /** Left vectors, 1 + R. */
        public int lefts() {
            return 1 + rank;
        }

        /** Right vectors, heads + R. */
        public int rights() {
            return heads + rank;
        }
    }

    /** Number of frequencies, L/2 + 1. */
    static int frequencies(int length) {
        return length / 2 + 1;
    }

    /** Frequencies where z is finite: all, but the last of an even length. */
    static int finiteFrequencies(int length) {
        return (length + 1) / 2;
    }

    /** Checks a spectrum or its gradient against the modes. */
    static void check(LowRankModes modes, int length, Tensor re, Tensor im) {
        check(modes.heads() * modes.channels(), length, re, im);
    }

    /** Checks two tensors of {@code rows} rows. */
    static void check(int rows, int length, Tensor re, Tensor im) {
        if (length < 1) {
            throw new IllegalArgumentException("length: expected at least 1 but was " + length);
        }
        re.requireShape("re", rows, frequencies(length));
        im.requireShape("im", rows, frequencies(length));
    }
}
