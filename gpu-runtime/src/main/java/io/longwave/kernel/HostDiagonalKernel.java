package io.longwave.kernel;

import java.util.function.DoubleUnaryOperator;

import io.longwave.kernel.VandermondeKernel.ModeGradient;
import io.longwave.kernel.VandermondeKernel.Modes;
import io.longwave.tensor.Tensor;

/**
 * {@link DiagonalKernel} as loops in float64 before and behind the {@link VandermondeKernel} of a set whose memory is the host's.
 *
 * @param kernels of the set
 */
public record HostDiagonalKernel(Kernels kernels) implements DiagonalKernel {
    private static final double FACTOR = 2;

    @Override
    public void forward(Form form, Numbers numbers, Tensor kernel) {
        DiagonalKernel.check(form, numbers, kernel);
        kernels.vandermondeKernel().forward(new Systems(form, numbers).modes(), 0, kernel);
    }

    @Override
    public void backward(Form form, Numbers numbers, Tensor gradient, Numbers sums) {
        DiagonalKernel.check(form, numbers, gradient);
        DiagonalKernel.check(form, sums, gradient);
        Systems systems = new Systems(form, numbers);
        Gradients found = systems.gradients(kernels.vandermondeKernel().backward(systems.modes(), 0, gradient));
        add(found.invDt, sums.invDt());
        add(found.aReal, sums.aReal());
        add(found.aImag, sums.aImag());
        add(found.b, sums.b());
        add(found.c, sums.c());
    }

    private void add(double[] numbers, Tensor sum) {
        kernels.copy(kernels.of(numbers, sum.shape().toArray()), sum, true);
    }

    /** What a backward pass finds, in the layouts of {@link Numbers}. */
    private static final class Gradients {
        final double[] invDt;
        final double[] aReal;
        final double[] aImag;
        final double[] b;
        final double[] c;

        Gradients(Form form) {
            int shared = form.copies() * form.modes();
            invDt = new double[form.steps()];
            aReal = new double[shared];
            aImag = new double[shared];
            b = new double[2 * shared];
            c = new double[2 * form.rows() * form.modes()];
        }
    }

    /** The systems of one call. */
    private final class Systems {
        private final Form form;
        private final double[] invDt;
        private final double[] aReal;
        private final double[] aImag;
        private final double[] b;
        private final double[] c;
        private final double[] dt;
        private final double[] negativeRe;
        private final double[] negativeIm;
        private final HeldMode held = new HeldMode();

        Systems(Form form, Numbers numbers) {
            this.form = form;
            this.invDt = kernels.toDoubles(numbers.invDt());
            this.aReal = kernels.toDoubles(numbers.aReal());
            this.aImag = kernels.toDoubles(numbers.aImag());
            this.b = kernels.toDoubles(numbers.b());
            this.c = kernels.toDoubles(numbers.c());
            this.dt = each(form.dt()::value, invDt);
            this.negativeRe = each(form.real()::value, aReal);
            this.negativeIm = each(form.imag()::value, aImag);
        }

        /** Once for each number, not for each of the channels and modes that share it. */
        private static double[] each(DoubleUnaryOperator function, double[] raw) {
            double[] out = new double[raw.length];
            for (int i = 0; i < raw.length; i++) {
                out[i] = function.applyAsDouble(raw[i]);
            }
            return out;
        }

        /** Modes of the rows of the kernel: weights C dt B hold(x). */
        Modes modes() {
            int size = form.rows() * form.modes();
            Modes out = new Modes(form.rows(), form.modes(), FACTOR, new double[size], new double[size], new double[size],
                    new double[size]);
            for (int h = 0; h < form.channels(); h++) {
                for (int m = 0; m < form.modes(); m++) {
                    int shared = form.shared(h, m);
                    double step = dt[form.step(h, m)];
                    held.set(form.rule(), -negativeRe[shared] * step, -negativeIm[shared] * step, false);
                    double inputRe = (b[2 * shared] * held.holdRe - b[2 * shared + 1] * held.holdIm) * step;
                    double inputIm = (b[2 * shared] * held.holdIm + b[2 * shared + 1] * held.holdRe) * step;
                    for (int j = h * form.modes() + m; j < size; j += form.channels() * form.modes()) {
                        out.weightRe()[j] = c[2 * j] * inputRe - c[2 * j + 1] * inputIm;
                        out.weightIm()[j] = c[2 * j] * inputIm + c[2 * j + 1] * inputRe;
                        out.logRe()[j] = held.logRe;
                        out.logIm()[j] = held.logIm;
                    }
                }
            }
            return out;
        }

        Gradients gradients(ModeGradient found) {
            Gradients out = new Gradients(form);
            for (int h = 0; h < form.channels(); h++) {
                for (int m = 0; m < form.modes(); m++) {
                    addMode(h, m, found, out);
                }
            }
            multiply(each(form.dt()::slope, invDt), out.invDt);
            multiply(each(form.real()::slope, aReal), out.aReal);
            multiply(each(form.imag()::slope, aImag), out.aImag);
            return out;
        }

        private static void multiply(double[] factors, double[] numbers) {
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] *= factors[i];
            }
        }

        /** Adds the gradients of one mode, by dt and A as they stand before the slopes of what they are made by. */
        private void addMode(int h, int m, ModeGradient found, Gradients out) {
            int shared = form.shared(h, m);
            int at = form.step(h, m);
            double step = dt[at];
            double aRe = -negativeRe[shared];
            double aIm = -negativeIm[shared];
            double bRe = b[2 * shared];
            double bIm = b[2 * shared + 1];
            held.set(form.rule(), aRe * step, aIm * step, true);
            double bHoldRe = bRe * held.holdRe - bIm * held.holdIm;
            double bHoldIm = bRe * held.holdIm + bIm * held.holdRe;
            double inputRe = 0; // of the gradient by dt B hold
            double inputIm = 0;
            double logRe = 0; // of the gradient by log_step
            double logIm = 0;
            for (int j = h * form.modes() + m; j < found.logRe().length; j += form.channels() * form.modes()) {
                double wRe = found.weightRe()[j];
                double wIm = found.weightIm()[j];
                out.c[2 * j] += (wRe * bHoldRe + wIm * bHoldIm) * step;
                out.c[2 * j + 1] += (wIm * bHoldRe - wRe * bHoldIm) * step;
                inputRe += wRe * c[2 * j] + wIm * c[2 * j + 1];
                inputIm += wIm * c[2 * j] - wRe * c[2 * j + 1];
                logRe += found.logRe()[j];
                logIm += found.logIm()[j];
            }
            out.b[2 * shared] += (inputRe * held.holdRe + inputIm * held.holdIm) * step;
            out.b[2 * shared + 1] += (inputIm * held.holdRe - inputRe * held.holdIm) * step;
            double bSlopeRe = bRe * held.holdSlopeRe - bIm * held.holdSlopeIm;
            double bSlopeIm = bRe * held.holdSlopeIm + bIm * held.holdSlopeRe;
            double xRe = logRe * held.logSlopeRe + logIm * held.logSlopeIm + (inputRe * bSlopeRe + inputIm * bSlopeIm) * step;
            double xIm = logIm * held.logSlopeRe - logRe * held.logSlopeIm + (inputIm * bSlopeRe - inputRe * bSlopeIm) * step;
            out.aReal[shared] -= xRe * step;
            out.aImag[shared] -= xIm * step;
            out.invDt[at] += xRe * aRe + xIm * aIm + inputRe * bHoldRe + inputIm * bHoldIm;
        }
    }
}
