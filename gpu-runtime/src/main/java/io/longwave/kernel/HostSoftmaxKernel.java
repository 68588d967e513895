package io.longwave.kernel;

import java.util.Arrays;

import io.longwave.kernel.DiagonalKernel.Form;
import io.longwave.kernel.DiagonalKernel.Numbers;
import io.longwave.kernel.VandermondeKernel.ModeGradient;
import io.longwave.kernel.VandermondeKernel.Modes;
import io.longwave.tensor.Tensor;

/**
 * {@link SoftmaxKernel} as loops in float64 before and behind the {@link VandermondeKernel} of a set whose memory is the host's. Where a mode grows, the
 * rows are there twice: as they are with the modes that decay, and from the last tap back with those that grow.
 *
 * @param kernels of the set
 */
public record HostSoftmaxKernel(Kernels kernels) implements SoftmaxKernel {

    @Override
    public void forward(Form form, Numbers numbers, double epsilon, Tensor kernel) {
        SoftmaxKernel.check(form, numbers, epsilon, kernel);
        int length = kernel.dim(1);
        Systems systems = new Systems(form, numbers, length, epsilon);
        if (!systems.grows) {
            kernels.vandermondeKernel().forward(systems.modes(), 0, kernel);
            return;
        }
        Tensor both = kernels.zeros(2 * form.rows(), length);
        kernels.vandermondeKernel().forward(systems.modes(), 0, both);
        double[] taps = kernels.toDoubles(both);
        double[] out = new double[form.rows() * length];
        for (int at = 0; at < out.length; at += length) {
            for (int l = 0; l < length; l++) {
                out[at + l] = taps[at + l] + taps[out.length + at + length - 1 - l];
            }
        }
        kernels.upload(out, kernel);
    }

    @Override
    public void backward(Form form, Numbers numbers, double epsilon, Tensor gradient, Numbers sums) {
        SoftmaxKernel.check(form, numbers, epsilon, gradient);
        SoftmaxKernel.check(form, sums, epsilon, gradient);
        int length = gradient.dim(1);
        Systems systems = new Systems(form, numbers, length, epsilon);
        Tensor both = systems.grows ? mirrored(gradient) : gradient;
        systems.gradient(kernels.vandermondeKernel().backward(systems.modes(), 0, both)).addTo(kernels, sums);
    }

    private Tensor mirrored(Tensor gradient) {
        int length = gradient.dim(1);
        double[] rows = kernels.toDoubles(gradient);
        double[] both = Arrays.copyOf(rows, 2 * rows.length);
        for (int at = 0; at < rows.length; at += length) {
            for (int l = 0; l < length; l++) {
                both[rows.length + at + l] = rows[at + length - 1 - l];
            }
        }
        return kernels.of(both, 2 * gradient.dim(0), length);
    }

    /** The systems of one call. */
    private final class Systems {
        private final Form form;
        private final HostNumbers numbers;
        private final int length;
        private final double epsilon;
        private final boolean grows;
        private final NormalizedMode mode = new NormalizedMode();

        Systems(Form form, Numbers numbers, int length, double epsilon) {
            this.form = form;
            this.numbers = new HostNumbers(kernels, form, numbers);
            this.length = length;
            this.epsilon = epsilon;
            this.grows = Arrays.stream(this.numbers.aRe).anyMatch(re -> re > 0);
        }

        private void set(int h, int m) {
            int shared = form.shared(h, m);
            mode.set(numbers.aRe[shared], numbers.aIm[shared], numbers.dt[form.step(h, m)], length, epsilon);
        }

        /** Where the modes of a set of rows have the one that is set. */
        private int at(int row, int m) {
            return (row + (mode.direction < 0 ? form.rows() : 0)) * form.modes() + m;
        }

        Modes modes() {
            int rows = (grows ? 2 : 1) * form.rows();
            int size = rows * form.modes();
            Modes out = new Modes(rows, form.modes(), 1, new double[size], new double[size], new double[size], new double[size]);
            for (int h = 0; h < form.channels(); h++) {
                for (int m = 0; m < form.modes(); m++) {
                    set(h, m);
                    int shared = form.shared(h, m);
                    double step = numbers.dt[form.step(h, m)] * mode.direction;
                    double inputRe = numbers.b[2 * shared] * mode.valueRe - numbers.b[2 * shared + 1] * mode.valueIm;
                    double inputIm = numbers.b[2 * shared] * mode.valueIm + numbers.b[2 * shared + 1] * mode.valueRe;
                    for (int row = h; row < form.rows(); row += form.channels()) {
                        int c = 2 * (row * form.modes() + m);
                        int at = at(row, m);
                        out.weightRe()[at] = numbers.c[c] * inputRe - numbers.c[c + 1] * inputIm;
                        out.weightIm()[at] = numbers.c[c] * inputIm + numbers.c[c + 1] * inputRe;
                        out.logRe()[at] = numbers.aRe[shared] * step;
                        out.logIm()[at] = numbers.aIm[shared] * step;
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
            set(h, m);
            int shared = form.shared(h, m);
            double bRe = numbers.b[2 * shared];
            double bIm = numbers.b[2 * shared + 1];
            double inputRe = bRe * mode.valueRe - bIm * mode.valueIm;
            double inputIm = bRe * mode.valueIm + bIm * mode.valueRe;
            double ofInputRe = 0;
            double ofInputIm = 0;
            double ofLogRe = 0;
            double ofLogIm = 0;
            for (int row = h; row < form.rows(); row += form.channels()) {
                int c = 2 * (row * form.modes() + m);
                int at = at(row, m);
                double wRe = found.weightRe()[at];
                double wIm = found.weightIm()[at];
                out.c[c] += wRe * inputRe + wIm * inputIm;
                out.c[c + 1] += wIm * inputRe - wRe * inputIm;
                ofInputRe += wRe * numbers.c[c] + wIm * numbers.c[c + 1];
                ofInputIm += wIm * numbers.c[c] - wRe * numbers.c[c + 1];
                ofLogRe += found.logRe()[at];
                ofLogIm += found.logIm()[at];
            }
            double ofValueRe = ofInputRe * bRe + ofInputIm * bIm;
            double ofValueIm = ofInputIm * bRe - ofInputRe * bIm;
            out.b[2 * shared] += ofInputRe * mode.valueRe + ofInputIm * mode.valueIm;
            out.b[2 * shared + 1] += ofInputIm * mode.valueRe - ofInputRe * mode.valueIm;
            mode.back(ofValueRe, ofValueIm);
            // tap l of a mode that grows is tap L − 1 − l of its sum: l = (L − 1) − l', and Σ over taps of g K is conj(value) of the gradient by value
            double shift = mode.direction < 0 ? length - 1.0 : 0;
            double eRe = mode.ofERe + mode.direction * ofLogRe + shift * (ofValueRe * mode.valueRe + ofValueIm * mode.valueIm);
            double eIm = mode.ofEIm + mode.direction * ofLogIm + shift * (ofValueIm * mode.valueRe - ofValueRe * mode.valueIm);
            double dt = numbers.dt[form.step(h, m)];
            out.aRe[shared] += mode.ofARe + eRe * dt;
            out.aIm[shared] += mode.ofAIm + eIm * dt;
            out.dt[form.step(h, m)] += eRe * numbers.aRe[shared] + eIm * numbers.aIm[shared];
        }
    }
}
