package io.longwave.kernel.reference;

import io.longwave.kernel.FourierTransform;
import io.longwave.tensor.Tensor;

/** The sums of the definition, one after the other. The angle is kn mod N of a turn, so that it stays exact for long rows. */
final class ReferenceFourierTransform implements FourierTransform {

    @Override
    public void forward(Tensor re, Tensor im, Tensor outRe, Tensor outIm) {
        transform(re, im, -1, 1, outRe, outIm);
    }

    @Override
    public void inverse(Tensor re, Tensor im, Tensor outRe, Tensor outIm) {
        FourierTransform.check(re, im, outRe, outIm);
        transform(re, im, 1, 1.0 / re.dim(1), outRe, outIm);
    }

    private static void transform(Tensor re, Tensor im, int sign, double scale, Tensor outRe, Tensor outIm) {
        FourierTransform.check(re, im, outRe, outIm);
        int n = re.dim(1);
        Turn turn = new Turn(n);
        double[] xRe = ReferenceTensor.of(re).clone();
        double[] xIm = ReferenceTensor.of(im).clone();
        double[] yRe = ReferenceTensor.of(outRe);
        double[] yIm = ReferenceTensor.of(outIm);
        for (int row = 0; row < xRe.length; row += n) {
            for (int k = 0; k < n; k++) {
                double sumRe = 0;
                double sumIm = 0;
                for (int t = 0; t < n; t++) {
                    int at = turn.place(k, t);
                    double sine = sign * turn.sine[at];
                    sumRe += xRe[row + t] * turn.cosine[at] - xIm[row + t] * sine;
                    sumIm += xRe[row + t] * sine + xIm[row + t] * turn.cosine[at];
                }
                yRe[row + k] = scale * sumRe;
                yIm[row + k] = scale * sumIm;
            }
        }
    }

    @Override
    public void forwardReal(Tensor x, Tensor re, Tensor im) {
        FourierTransform.checkReal(x, re, im);
        bins(x, re, im);
    }

    private static void bins(Tensor xTensor, Tensor reTensor, Tensor imTensor) {
        double[] x = ReferenceTensor.of(xTensor);
        double[] re = ReferenceTensor.of(reTensor);
        double[] im = ReferenceTensor.of(imTensor);
        int n = xTensor.dim(1);
        int count = n / 2 + 1;
        Turn turn = new Turn(n);
        for (int row = 0; row < xTensor.dim(0); row++) {
            for (int k = 0; k < count; k++) {
                double sumRe = 0;
                double sumIm = 0;
                for (int t = 0; t < n; t++) {
                    int at = turn.place(k, t);
                    sumRe += x[row * n + t] * turn.cosine[at];
                    sumIm -= x[row * n + t] * turn.sine[at];
                }
                re[row * count + k] = sumRe;
                im[row * count + k] = sumIm;
            }
        }
    }

    @Override
    public void inverseReal(Tensor re, Tensor im, Tensor x) {
        FourierTransform.checkReal(x, re, im);
        int n = x.dim(1);
        waves(re, im, 1.0 / n, 2.0 / n, x);
    }

    @Override
    public void forwardRealGradient(Tensor re, Tensor im, Tensor x) {
        FourierTransform.checkReal(x, re, im);
        waves(re, im, 1, 1, x);
    }

    /** x[n] = Σ_k weight (re[k] cos − im[k] sin); bins that are their own conjugate have a weight of their own. */
    private static void waves(Tensor reTensor, Tensor imTensor, double single, double paired, Tensor xTensor) {
        double[] re = ReferenceTensor.of(reTensor);
        double[] im = ReferenceTensor.of(imTensor);
        double[] x = ReferenceTensor.of(xTensor);
        int n = xTensor.dim(1);
        int count = n / 2 + 1;
        Turn turn = new Turn(n);
        for (int row = 0; row < xTensor.dim(0); row++) {
            for (int t = 0; t < n; t++) {
                double sum = 0;
                for (int k = 0; k < count; k++) {
                    int at = turn.place(k, t);
                    double wave = re[row * count + k] * turn.cosine[at] - im[row * count + k] * turn.sine[at];
                    sum += (2 * k % n == 0 ? single : paired) * wave;
                }
                x[row * n + t] = sum;
            }
        }
    }

    @Override
    public void inverseRealGradient(Tensor x, Tensor reTensor, Tensor imTensor) {
        FourierTransform.checkReal(x, reTensor, imTensor);
        bins(x, reTensor, imTensor);
        double[] re = ReferenceTensor.of(reTensor);
        double[] im = ReferenceTensor.of(imTensor);
        int n = x.dim(1);
        int count = n / 2 + 1;
        for (int i = 0; i < re.length; i++) {
            boolean single = 2 * (i % count) % n == 0;
            re[i] *= (single ? 1.0 : 2.0) / n;
            im[i] *= (single ? 0.0 : 2.0) / n;
        }
    }

    /** Cosine and sine of every N-th part of a turn. */
    private static final class Turn {
        final double[] cosine;
        final double[] sine;

        Turn(int n) {
            cosine = new double[n];
            sine = new double[n];
            for (int i = 0; i < n; i++) {
                double angle = 2 * Math.PI * i / n;
                boolean quarter = 4L * i % n == 0;
                cosine[i] = quarter ? Math.rint(Math.cos(angle)) : Math.cos(angle); // exactly 0 and ±1 where they are
                sine[i] = quarter ? Math.rint(Math.sin(angle)) : Math.sin(angle);
            }
        }

        int place(int k, int t) {
            return (int) ((long) k * t % cosine.length);
        }
    }
}
