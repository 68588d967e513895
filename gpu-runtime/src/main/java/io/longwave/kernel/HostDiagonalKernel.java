package io.longwave.kernel;

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
        systems.gradient(kernels.vandermondeKernel().backward(systems.modes(), 0, gradient)).addTo(kernels, sums);
    }

    /** The systems of one call. */
    private final class Systems {
        private final Form form;
        private final HostNumbers numbers;
        private final HeldMode held = new HeldMode();

        Systems(Form form, Numbers numbers) {
            this.form = form;
            this.numbers = new HostNumbers(kernels, form, numbers);
        }

        /** Modes of the rows of the kernel: weights C dt B hold(x). */
        Modes modes() {
            double[] b = numbers.b;
            double[] c = numbers.c;
            int size = form.rows() * form.modes();
            Modes out = new Modes(form.rows(), form.modes(), FACTOR, new double[size], new double[size], new double[size],
                    new double[size]);
            for (int h = 0; h < form.channels(); h++) {
                for (int m = 0; m < form.modes(); m++) {
                    int shared = form.shared(h, m);
                    double step = numbers.dt[form.step(h, m)];
                    held.set(form.rule(), numbers.aRe[shared] * step, numbers.aIm[shared] * step, false);
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

        HostNumbers.Gradient gradient(ModeGradient found) {
            HostNumbers.Gradient out = numbers.new Gradient();
            for (int h = 0; h < form.channels(); h++) {
                for (int m = 0; m < form.modes(); m++) {
                    addMode(h, m, found, out);
                }
            }
            return out;
        }

        private void addMode(int h, int m, ModeGradient found, HostNumbers.Gradient out) {
            double[] b = numbers.b;
            double[] c = numbers.c;
            int shared = form.shared(h, m);
            int at = form.step(h, m);
            double step = numbers.dt[at];
            double aRe = numbers.aRe[shared];
            double aIm = numbers.aIm[shared];
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
            out.aRe[shared] += xRe * step;
            out.aIm[shared] += xIm * step;
            out.dt[at] += xRe * aRe + xIm * aIm + inputRe * bHoldRe + inputIm * bHoldIm;
        }
    }
}
