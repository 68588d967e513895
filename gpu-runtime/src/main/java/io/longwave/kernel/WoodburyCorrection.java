package io.longwave.kernel;

/**
 * The low-rank correction at one frequency, in float64: S_c = r[B][C_c] − r[B][Q] (I + r[P][Q])⁻¹ r[P][C_c]. The formula is rational and tiny
 * beside the sums it corrects, so all sets of kernels share it. Scratch of one thread.
 *
 * <pre>
 *   M[s][r] = δ + r[P_r][Q_s]      M u = r[B][Q]      S_c = r[B][C_c] − Σ_r r[P_r][C_c] u_r
 *   gradient:  gu_r = −Σ_c gS_c conj(r[P_r][C_c])      M* v = gu      gM[s][r] = −v_s conj(u_r)
 * </pre>
 */
public final class WoodburyCorrection {
    private final int heads;
    private final int rank;
    private final int rights;
    /** Sums r, [1 + R, heads + R]; in for {@link #forward}, and their gradient out of {@link #backward}. */
    public final double[] re;
    public final double[] im;
    /** S, [heads], out of {@link #forward}; its gradient in for {@link #backward}. */
    public final double[] resultRe;
    public final double[] resultIm;
    private final double[] matrixRe;
    private final double[] matrixIm;
    private final double[] uRe;
    private final double[] uIm;
    private final double[] vRe;
    private final double[] vIm;

    public WoodburyCorrection(int heads, int rank) {
        this.heads = heads;
        this.rank = rank;
        this.rights = heads + rank;
        this.re = new double[(1 + rank) * rights];
        this.im = new double[(1 + rank) * rights];
        this.resultRe = new double[heads];
        this.resultIm = new double[heads];
        this.matrixRe = new double[rank * rank];
        this.matrixIm = new double[rank * rank];
        this.uRe = new double[rank];
        this.uIm = new double[rank];
        this.vRe = new double[rank];
        this.vIm = new double[rank];
    }

    /** S of the sums. */
    public void forward() {
        solveForU();
        for (int c = 0; c < heads; c++) {
            double sRe = re[c];
            double sIm = im[c];
            for (int r = 0; r < rank; r++) {
                int at = (1 + r) * rights + c;
                sRe -= re[at] * uRe[r] - im[at] * uIm[r];
                sIm -= re[at] * uIm[r] + im[at] * uRe[r];
            }
            resultRe[c] = sRe;
            resultIm[c] = sIm;
        }
    }

    private void solveForU() {
        for (int s = 0; s < rank; s++) {
            for (int r = 0; r < rank; r++) {
                matrixRe[s * rank + r] = re[(1 + r) * rights + heads + s] + (r == s ? 1 : 0);
                matrixIm[s * rank + r] = im[(1 + r) * rights + heads + s];
            }
            uRe[s] = re[heads + s];
            uIm[s] = im[heads + s];
        }
        solve(uRe, uIm);
    }

    /** Replaces the sums by their gradient, given that of S. */
    public void backward() {
        solveForU();
        for (int r = 0; r < rank; r++) {
            vRe[r] = 0;
            vIm[r] = 0;
            for (int c = 0; c < heads; c++) {
                int at = (1 + r) * rights + c;
                vRe[r] -= resultRe[c] * re[at] + resultIm[c] * im[at];
                vIm[r] -= resultIm[c] * re[at] - resultRe[c] * im[at];
            }
            for (int s = 0; s < rank; s++) { // M*, the transposed conjugate
                matrixRe[r * rank + s] = re[(1 + r) * rights + heads + s] + (r == s ? 1 : 0);
                matrixIm[r * rank + s] = -im[(1 + r) * rights + heads + s];
            }
        }
        solve(vRe, vIm);
        for (int c = 0; c < heads; c++) {
            re[c] = resultRe[c];
            im[c] = resultIm[c];
            for (int r = 0; r < rank; r++) {
                int at = (1 + r) * rights + c;
                re[at] = -(resultRe[c] * uRe[r] + resultIm[c] * uIm[r]);
                im[at] = -(resultIm[c] * uRe[r] - resultRe[c] * uIm[r]);
            }
        }
        for (int s = 0; s < rank; s++) {
            re[heads + s] = vRe[s];
            im[heads + s] = vIm[s];
            for (int r = 0; r < rank; r++) {
                int at = (1 + r) * rights + heads + s;
                re[at] = -(vRe[s] * uRe[r] + vIm[s] * uIm[r]);
                im[at] = -(vIm[s] * uRe[r] - vRe[s] * uIm[r]);
            }
        }
    }

    /** Gauss with pivots; the matrix is destroyed, the right side becomes the solution. */
    private void solve(double[] xRe, double[] xIm) {
        for (int k = 0; k < rank; k++) {
            int pivot = k;
            for (int i = k + 1; i < rank; i++) {
                if (size(i * rank + k) > size(pivot * rank + k)) {
                    pivot = i;
                }
            }
            swapRows(k, pivot, xRe, xIm);
            double pRe = matrixRe[k * rank + k];
            double pIm = matrixIm[k * rank + k];
            double scale = 1 / (pRe * pRe + pIm * pIm);
            double invRe = pRe * scale;
            double invIm = -pIm * scale;
            for (int i = k + 1; i < rank; i++) {
                double aRe = matrixRe[i * rank + k];
                double aIm = matrixIm[i * rank + k];
                double fRe = aRe * invRe - aIm * invIm;
                double fIm = aRe * invIm + aIm * invRe;
                for (int j = k + 1; j < rank; j++) {
                    double bRe = matrixRe[k * rank + j];
                    double bIm = matrixIm[k * rank + j];
                    matrixRe[i * rank + j] -= fRe * bRe - fIm * bIm;
                    matrixIm[i * rank + j] -= fRe * bIm + fIm * bRe;
                }
                double keep = xRe[k];
                xRe[i] -= fRe * keep - fIm * xIm[k];
                xIm[i] -= fRe * xIm[k] + fIm * keep;
            }
            // the inverse of the pivot takes the pivot's place for the way back
            matrixRe[k * rank + k] = invRe;
            matrixIm[k * rank + k] = invIm;
        }
        for (int k = rank - 1; k >= 0; k--) {
            for (int j = k + 1; j < rank; j++) {
                double aRe = matrixRe[k * rank + j];
                double aIm = matrixIm[k * rank + j];
                xRe[k] -= aRe * xRe[j] - aIm * xIm[j];
                xIm[k] -= aRe * xIm[j] + aIm * xRe[j];
            }
            double keep = xRe[k];
            xRe[k] = keep * matrixRe[k * rank + k] - xIm[k] * matrixIm[k * rank + k];
            xIm[k] = keep * matrixIm[k * rank + k] + xIm[k] * matrixRe[k * rank + k];
        }
    }

    private double size(int at) {
        return matrixRe[at] * matrixRe[at] + matrixIm[at] * matrixIm[at];
    }

    private void swapRows(int i, int j, double[] xRe, double[] xIm) {
        if (i == j) {
            return;
        }
        for (int c = 0; c < rank; c++) {
            swap(matrixRe, i * rank + c, j * rank + c);
            swap(matrixIm, i * rank + c, j * rank + c);
        }
        swap(xRe, i, j);
        swap(xIm, i, j);
    }

    private static void swap(double[] array, int i, int j) {
        double keep = array[i];
        array[i] = array[j];
        array[j] = keep;
    }
}
