package io.longwave.kernel.reference;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.ButterflyFactors;
import io.longwave.kernel.ButterflyFactors.Stage;
import io.longwave.kernel.ButterflyTransform;
import io.longwave.tensor.Tensor;

/** Row by row, stage by stage. */
final class ReferenceButterflyTransform implements ButterflyTransform {

    /** Real and imaginary parts of one row. */
    private record Row(double[] re, double[] im) {
        static Row of(int n) {
            return new Row(new double[n], new double[n]);
        }
    }

    @Override
    public void forward(ButterflyFactors factors, Tensor matrices, Tensor x, Tensor spectrum) {
        ButterflyTransform.check(factors, matrices, x, spectrum);
        double[] f = ReferenceTensor.of(matrices);
        double[] out = ReferenceTensor.of(spectrum);
        int n = factors.length();
        int rows = x.dim(0);
        List<Stage> stages = factors.stages();
        List<double[]> twiddles = stages.stream().map(Stage::twiddles).toList();
        for (int r = 0; r < rows; r++) {
            Row row = padded(x, r, n);
            for (int i = 0; i < stages.size(); i++) {
                row = applied(stages.get(i), twiddles.get(i), f, row);
            }
            System.arraycopy(row.re, 0, out, r * n, n);
            System.arraycopy(row.im, 0, out, (rows + r) * n, n);
        }
    }

    private static Row padded(Tensor x, int r, int n) {
        Row row = Row.of(n);
        System.arraycopy(ReferenceTensor.of(x), r * x.dim(1), row.re, 0, x.dim(1));
        return row;
    }

    /** out[p][k][m] = w[k][m] Σ_n F[k][n] in[p][n][m]. */
    private static Row applied(Stage s, double[] w, double[] f, Row in) {
        Row out = Row.of(in.re.length);
        int half = s.size() * s.rest();
        for (int p = 0; p < s.blocks(); p++) {
            for (int k = 0; k < s.size(); k++) {
                for (int m = 0; m < s.rest(); m++) {
                    double re = 0;
                    double im = 0;
                    for (int n = 0; n < s.size(); n++) {
                        int from = (p * s.size() + n) * s.rest() + m;
                        double fRe = f[s.at() + k * s.size() + n];
                        double fIm = f[s.imaginaryAt() + k * s.size() + n];
                        re += fRe * in.re[from] - fIm * in.im[from];
                        im += fRe * in.im[from] + fIm * in.re[from];
                    }
                    double wRe = w[k * s.rest() + m];
                    double wIm = w[half + k * s.rest() + m];
                    int to = (p * s.size() + k) * s.rest() + m;
                    out.re[to] = wRe * re - wIm * im;
                    out.im[to] = wRe * im + wIm * re;
                }
            }
        }
        return out;
    }

    @Override
    public void adjoint(ButterflyFactors factors, Tensor matrices, Tensor spectrum, Tensor x, boolean accumulate) {
        ButterflyTransform.check(factors, matrices, x, spectrum);
        back(factors, matrices, null, spectrum, x, accumulate, null);
    }

    @Override
    public void backward(ButterflyFactors factors, Tensor matrices, Tensor x, Tensor gradient, @Nullable Tensor xGradient,
            boolean accumulate, Tensor matrixGradient) {
        ButterflyTransform.check(factors, matrices, x, gradient, xGradient, matrixGradient);
        back(factors, matrices, x, gradient, xGradient, accumulate, ReferenceTensor.of(matrixGradient));
    }

    private static void back(ButterflyFactors factors, Tensor matrices, @Nullable Tensor x, Tensor spectrum, @Nullable Tensor target,
            boolean accumulate, double @Nullable [] df) {
        double[] f = ReferenceTensor.of(matrices);
        double[] s = ReferenceTensor.of(spectrum);
        int n = factors.length();
        int rows = spectrum.dim(1);
        List<Stage> stages = factors.stages();
        List<double[]> twiddles = stages.stream().map(Stage::twiddles).toList();
        for (int r = 0; r < rows; r++) {
            Row[] inputs = new Row[stages.size()];
            if (x != null) {
                inputs[0] = padded(x, r, n);
                for (int i = 1; i < inputs.length; i++) {
                    inputs[i] = applied(stages.get(i - 1), twiddles.get(i - 1), f, inputs[i - 1]);
                }
            }
            Row d = Row.of(n);
            System.arraycopy(s, r * n, d.re, 0, n);
            System.arraycopy(s, (rows + r) * n, d.im, 0, n);
            for (int i = stages.size() - 1; i >= 0; i--) {
                turnBack(stages.get(i), twiddles.get(i), d);
                if (df != null) {
                    addMatrixGradient(stages.get(i), d, inputs[i], df);
                }
                d = adjoined(stages.get(i), f, d);
            }
            if (target != null) {
                double[] out = ReferenceTensor.of(target);
                int length = target.dim(1);
                for (int t = 0; t < length; t++) {
                    out[r * length + t] = (accumulate ? out[r * length + t] : 0) + d.re[t];
                }
            }
        }
    }

    /** d · conj(w). */
    private static void turnBack(Stage s, double[] w, Row d) {
        int half = s.size() * s.rest();
        for (int i = 0; i < d.re.length; i++) {
            double wRe = w[i % half];
            double wIm = w[half + i % half];
            double re = d.re[i];
            d.re[i] = wRe * re + wIm * d.im[i];
            d.im[i] = wRe * d.im[i] - wIm * re;
        }
    }

    /** dF[k][n] += Σ d[p][k][m] conj(in[p][n][m]). */
    private static void addMatrixGradient(Stage s, Row d, Row in, double[] df) {
        for (int p = 0; p < s.blocks(); p++) {
            for (int k = 0; k < s.size(); k++) {
                for (int n = 0; n < s.size(); n++) {
                    double re = 0;
                    double im = 0;
                    for (int m = 0; m < s.rest(); m++) {
                        int at = (p * s.size() + k) * s.rest() + m;
                        int from = (p * s.size() + n) * s.rest() + m;
                        re += d.re[at] * in.re[from] + d.im[at] * in.im[from];
                        im += d.im[at] * in.re[from] - d.re[at] * in.im[from];
                    }
                    df[s.at() + k * s.size() + n] += re;
                    df[s.imaginaryAt() + k * s.size() + n] += im;
                }
            }
        }
    }

    /** out[p][n][m] = Σ_k conj(F[k][n]) d[p][k][m]. */
    private static Row adjoined(Stage s, double[] f, Row d) {
        Row out = Row.of(d.re.length);
        for (int p = 0; p < s.blocks(); p++) {
            for (int n = 0; n < s.size(); n++) {
                for (int m = 0; m < s.rest(); m++) {
                    double re = 0;
                    double im = 0;
                    for (int k = 0; k < s.size(); k++) {
                        int from = (p * s.size() + k) * s.rest() + m;
                        double fRe = f[s.at() + k * s.size() + n];
                        double fIm = f[s.imaginaryAt() + k * s.size() + n];
                        re += fRe * d.re[from] + fIm * d.im[from];
                        im += fRe * d.im[from] - fIm * d.re[from];
                    }
                    out.re[(p * s.size() + n) * s.rest() + m] = re;
                    out.im[(p * s.size() + n) * s.rest() + m] = im;
                }
            }
        }
        return out;
    }

    @Override
    public void multiply(Tensor a, Tensor k, boolean conjugated, Tensor out) {
        int batch = ButterflyTransform.checkProduct(a, k, out);
        double[] x = ReferenceTensor.of(a);
        double[] y = ReferenceTensor.of(k);
        double[] z = ReferenceTensor.of(out);
        int n = k.dim(2);
        int imA = a.dim(1) * n;
        int imK = k.dim(1) * n;
        for (int i = 0; i < imA; i++) {
            int j = i / (batch * n) * n + i % n;
            double sign = conjugated ? -1 : 1;
            double re = x[i] * y[j] - sign * x[imA + i] * y[imK + j];
            z[imA + i] = sign * x[i] * y[imK + j] + x[imA + i] * y[j];
            z[i] = re;
        }
    }

    @Override
    public void correlate(Tensor a, Tensor c, Tensor out) {
        int batch = ButterflyTransform.checkCorrelation(a, c, out);
        double[] x = ReferenceTensor.of(a);
        double[] y = ReferenceTensor.of(c);
        double[] z = ReferenceTensor.of(out);
        int n = out.dim(2);
        int im = a.dim(1) * n;
        int imOut = out.dim(1) * n;
        for (int j = 0; j < imOut; j++) {
            double re = 0;
            double imaginary = 0;
            for (int b = 0; b < batch; b++) {
                int i = (j / n * batch + b) * n + j % n;
                re += x[i] * y[i] + x[im + i] * y[im + i];
                imaginary += x[im + i] * y[i] - x[i] * y[im + i];
            }
            z[j] = re;
            z[imOut + j] = imaginary;
        }
    }
}
