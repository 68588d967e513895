package io.longwave.kernel;

import java.util.function.DoubleUnaryOperator;

import io.longwave.kernel.DiagonalKernel.Form;
import io.longwave.kernel.DiagonalKernel.Numbers;
import io.longwave.tensor.Tensor;

/** {@link Numbers} read to the host in float64, with what they stand for, and what a backward pass finds for them. */
final class HostNumbers {
    final Form form;
    private final double[] invDt;
    private final double[] aReal;
    private final double[] aImag;
    /** In the layouts of {@link Numbers}, as the next three. */
    final double[] dt;
    final double[] aRe;
    final double[] aIm;
    final double[] b;
    final double[] c;

    HostNumbers(Kernels kernels, Form form, Numbers numbers) {
        this.form = form;
        this.invDt = kernels.toDoubles(numbers.invDt());
        this.aReal = kernels.toDoubles(numbers.aReal());
        this.aImag = kernels.toDoubles(numbers.aImag());
        this.dt = each(form.dt()::value, invDt);
        this.aRe = each(x -> -form.real().value(x), aReal);
        this.aIm = each(x -> -form.imag().value(x), aImag);
        this.b = kernels.toDoubles(numbers.b());
        this.c = kernels.toDoubles(numbers.c());
    }

    /** Once for each number, not for each of the channels and modes that share it. */
    private static double[] each(DoubleUnaryOperator function, double[] raw) {
        double[] out = new double[raw.length];
        for (int i = 0; i < raw.length; i++) {
            out[i] = function.applyAsDouble(raw[i]);
        }
        return out;
    }

    /** Adds to a tensor of the same size. */
    static void add(Kernels kernels, double[] numbers, Tensor sum) {
        kernels.copy(kernels.of(numbers, sum.shape().toArray()), sum, true);
    }

    /** Gradients in the layouts of {@link Numbers}, by dt and A rather than what these are made of. */
    final class Gradient {
        final double[] dt = new double[invDt.length];
        final double[] aRe = new double[aReal.length];
        final double[] aIm = new double[aImag.length];
        final double[] b = new double[HostNumbers.this.b.length];
        final double[] c = new double[HostNumbers.this.c.length];

        /** @param sums gradients of the trained numbers, added to */
        void addTo(Kernels kernels, Numbers sums) {
            add(kernels, times(each(form.dt()::slope, invDt), dt), sums.invDt());
            add(kernels, times(each(x -> -form.real().slope(x), aReal), aRe), sums.aReal());
            add(kernels, times(each(x -> -form.imag().slope(x), aImag), aIm), sums.aImag());
            add(kernels, b, sums.b());
            add(kernels, c, sums.c());
        }

        private static double[] times(double[] slopes, double[] gradient) {
            for (int i = 0; i < slopes.length; i++) {
                slopes[i] *= gradient[i];
            }
            return slopes;
        }
    }
}
