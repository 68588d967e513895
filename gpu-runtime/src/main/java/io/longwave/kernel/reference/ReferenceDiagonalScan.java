package io.longwave.kernel.reference;

import org.jspecify.annotations.Nullable;

import io.longwave.kernel.DiagonalScan;
import io.longwave.tensor.Tensor;

/** Real modes are complex ones without imaginary parts. */
final class ReferenceDiagonalScan implements DiagonalScan {

    @Override
    public void forward(Tensor a, Tensor u, @Nullable Tensor initial, Tensor x, @Nullable Tensor last) {
        forward(real(a), real(u), initial == null ? null : real(initial), real(x), last == null ? null : real(last));
    }

    @Override
    public void backward(Tensor a, Tensor x, @Nullable Tensor initial, Tensor gradient, Tensor aGradient, Tensor uGradient,
            boolean accumulate, @Nullable Tensor initialGradient) {
        backward(real(a), real(x), initial == null ? null : real(initial), real(gradient), real(aGradient), real(uGradient), accumulate,
                initialGradient == null ? null : real(initialGradient));
    }

    private static Complex real(Tensor tensor) {
        return new Complex(tensor, new ReferenceTensor(tensor.shape(), new double[tensor.size()]));
    }

    private static double[] re(Complex complex) {
        return ReferenceTensor.of(complex.re());
    }

    private static double[] im(Complex complex) {
        return ReferenceTensor.of(complex.im());
    }

    @Override
    public void forward(Complex a, Complex u, @Nullable Complex initial, Complex x, @Nullable Complex last) {
        DiagonalScan.check(a.re(), u.re(), x.re(), DiagonalScan.re(initial), DiagonalScan.re(last));
        int batch = u.re().dim(1);
        int length = u.re().dim(2);
        for (int row = 0; row < u.re().dim(0) * batch; row++) {
            double aRe = re(a)[row / batch];
            double aIm = im(a)[row / batch];
            double xRe = initial == null ? 0 : re(initial)[row];
            double xIm = initial == null ? 0 : im(initial)[row];
            for (int t = row * length; t < (row + 1) * length; t++) {
                double next = aRe * xRe - aIm * xIm + re(u)[t];
                xIm = aRe * xIm + aIm * xRe + im(u)[t];
                xRe = next;
                re(x)[t] = xRe;
                im(x)[t] = xIm;
            }
            if (last != null) {
                re(last)[row] = xRe;
                im(last)[row] = xIm;
            }
        }
    }

    @Override
    public void backward(Complex a, Complex x, @Nullable Complex initial, Complex gradient, Complex aGradient, Complex uGradient,
            boolean accumulate, @Nullable Complex initialGradient) {
        DiagonalScan.check(a.re(), x.re(), gradient.re(), DiagonalScan.re(initial), DiagonalScan.re(initialGradient));
        DiagonalScan.check(aGradient.re(), x.re(), uGradient.re(), null, null);
        int batch = x.re().dim(1);
        int length = x.re().dim(2);
        for (int row = 0; row < x.re().dim(0) * batch; row++) {
            int mode = row / batch;
            double aRe = re(a)[mode];
            double aIm = im(a)[mode];
            double carryRe = 0; // ā λ of the step behind
            double carryIm = 0;
            for (int t = (row + 1) * length - 1; t >= row * length; t--) {
                double lambdaRe = re(gradient)[t] + carryRe;
                double lambdaIm = im(gradient)[t] + carryIm;
                boolean first = t == row * length;
                double beforeRe = !first ? re(x)[t - 1] : initial == null ? 0 : re(initial)[row];
                double beforeIm = !first ? im(x)[t - 1] : initial == null ? 0 : im(initial)[row];
                re(aGradient)[mode] += lambdaRe * beforeRe + lambdaIm * beforeIm;
                im(aGradient)[mode] += lambdaIm * beforeRe - lambdaRe * beforeIm;
                re(uGradient)[t] = (accumulate ? re(uGradient)[t] : 0) + lambdaRe;
                im(uGradient)[t] = (accumulate ? im(uGradient)[t] : 0) + lambdaIm;
                carryRe = aRe * lambdaRe + aIm * lambdaIm;
                carryIm = aRe * lambdaIm - aIm * lambdaRe;
            }
            if (initialGradient != null) {
                re(initialGradient)[row] += carryRe;
                im(initialGradient)[row] += carryIm;
            }
        }
    }
}
