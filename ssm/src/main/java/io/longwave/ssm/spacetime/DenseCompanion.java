package io.longwave.ssm.spacetime;

/** Companion matrices written out, for comparing with cases that list them. */
final class DenseCompanion {
    private DenseCompanion() {}

    /** A per row of â, [H, N, N]. */
    static double[] matrices(double[] companion, int rows, int n) {
        double[] out = new double[rows * n * n];
        for (int h = 0; h < rows; h++) {
            for (int i = 0; i < n; i++) {
                if (i > 0) {
                    out[(h * n + i) * n + i - 1] = 1;
                }
                out[(h * n + i) * n + n - 1] += companion[h * n + i];
            }
        }
        return out;
    }

    /** A + b kᵀ, [H, N, N]. */
    static double[] closedLoop(double[] companion, double[] b, double[] k, int rows, int n) {
        double[] out = matrices(companion, rows, n);
        for (int h = 0; h < rows; h++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    out[(h * n + i) * n + j] += b[h * n + i] * k[h * n + j];
                }
            }
        }
        return out;
    }

    /** A^steps, [H, N, N]: row i is e_i A^steps. */
    static double[] power(double[] companion, int rows, int n, int steps) {
        double[] out = new double[rows * n * n];
        for (int h = 0; h < rows; h++) {
            for (int i = 0; i < n; i++) {
                double[] r = new double[n];
                r[i] = 1;
                actOnRow(r, companion, h * n, steps);
                System.arraycopy(r, 0, out, (h * n + i) * n, n);
            }
        }
        return out;
    }

    /** c (I − A^L), [H, N]: the vector of the fast closed form. */
    static double[] periodic(double[] companion, double[] c, int rows, int n, int length) {
        double[] out = c.clone();
        for (int h = 0; h < rows; h++) {
            double[] r = java.util.Arrays.copyOfRange(c, h * n, (h + 1) * n);
            actOnRow(r, companion, h * n, length);
            for (int i = 0; i < n; i++) {
                out[h * n + i] -= r[i];
            }
        }
        return out;
    }

    private static void actOnRow(double[] r, double[] companion, int at, int steps) {
        int n = r.length;
        for (int t = 0; t < steps; t++) {
            double last = 0;
            for (int i = 0; i < n; i++) {
                last += r[i] * companion[at + i];
            }
            System.arraycopy(r, 1, r, 0, n - 1);
            r[n - 1] = last;
        }
    }
}
