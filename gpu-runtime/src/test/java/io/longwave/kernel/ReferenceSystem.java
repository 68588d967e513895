package io.longwave.kernel;

import io.longwave.kernel.CauchyKernel.LowRankModes;

/**
 * A diagonal plus low-rank system under the bilinear rule as real matrices, by elimination: nothing of the formulas that are tested. With
 * dt = 1 folded into the vectors, x' = (diag(w) − Σ P Qᵀ) x + B u over the stored modes and their conjugates, as real and imaginary parts.
 */
final class ReferenceSystem {
    private ReferenceSystem() {}

    /** c dA^l dB for l &lt; length. */
    static double[] kernel(LowRankModes x, int h, int head, int length) {
        int n = x.modes();
        int size = x.poleRe().length;
        double[][] a = new double[2 * n][2 * n];
        double[] b = new double[2 * n];
        double[] c = new double[2 * n];
        for (int m = 0; m < n; m++) {
            int at = h * n + m;
            a[m][m] = x.poleRe()[at];
            a[m][n + m] = -x.poleIm()[at];
            a[n + m][m] = x.poleIm()[at];
            a[n + m][n + m] = x.poleRe()[at];
            b[m] = x.leftRe()[at];
            b[n + m] = x.leftIm()[at];
            c[m] = 2 * x.rightRe()[head * size + at];
            c[n + m] = -2 * x.rightIm()[head * size + at];
            for (int r = 0; r < x.rank(); r++) {
                int left = (1 + r) * size;
                int right = (x.heads() + r) * size;
                for (int j = 0; j < n; j++) { // P (Q x over both members) = P 2 Re(Q x)
                    double qRe = 2 * x.rightRe()[right + h * n + j];
                    double qIm = -2 * x.rightIm()[right + h * n + j];
                    a[m][j] -= x.leftRe()[left + at] * qRe;
                    a[m][n + j] -= x.leftRe()[left + at] * qIm;
                    a[n + m][j] -= x.leftIm()[left + at] * qRe;
                    a[n + m][n + j] -= x.leftIm()[left + at] * qIm;
                }
            }
        }
        double[] out = new double[length];
        double[] state = solve(a, b);
        for (int l = 0; l < length; l++) {
            for (int i = 0; i < 2 * n; i++) {
                out[l] += c[i] * state[i];
            }
            double[] forward = new double[2 * n];
            for (int i = 0; i < 2 * n; i++) {
                forward[i] = state[i];
                for (int j = 0; j < 2 * n; j++) {
                    forward[i] += 0.5 * a[i][j] * state[j];
                }
            }
            state = solve(a, forward);
        }
        return out;
    }

    /** (I − A/2)⁻¹ right. */
    private static double[] solve(double[][] a, double[] right) {
        int n = right.length;
        double[][] m = new double[n][n + 1];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                m[i][j] = (i == j ? 1 : 0) - 0.5 * a[i][j];
            }
            m[i][n] = right[i];
        }
        for (int k = 0; k < n; k++) {
            int pivot = k;
            for (int i = k + 1; i < n; i++) {
                pivot = Math.abs(m[i][k]) > Math.abs(m[pivot][k]) ? i : pivot;
            }
            double[] swap = m[k];
            m[k] = m[pivot];
            m[pivot] = swap;
            for (int i = 0; i < n; i++) {
                if (i != k) {
                    double factor = m[i][k] / m[k][k];
                    for (int j = k; j <= n; j++) {
                        m[i][j] -= factor * m[k][j];
                    }
                }
            }
        }
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            out[i] = m[i][n] / m[i][i];
        }
        return out;
    }
}
