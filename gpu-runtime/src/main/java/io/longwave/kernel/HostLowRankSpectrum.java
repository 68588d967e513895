package io.longwave.kernel;

import io.longwave.kernel.CauchyKernel.LowRankModes;
import io.longwave.kernel.DiagonalKernel.Form;
import io.longwave.tensor.Tensor;

/**
 * {@link LowRankSpectrum} as loops in float64 before and behind the {@link CauchyKernel} of a set whose memory is the host's.
 *
 * @param kernels of the set
 */
public record HostLowRankSpectrum(Kernels kernels) implements LowRankSpectrum {

    @Override
    public void forward(Form form, Numbers numbers, int length, Tensor re, Tensor im) {
        LowRankSpectrum.check(form, numbers, length, re, im);
        kernels.cauchyKernel().forward(new Systems(form, numbers).modes(), length, re, im);
    }

    @Override
    public void backward(Form form, Numbers numbers, int length, Tensor re, Tensor im, Numbers sums) {
        LowRankSpectrum.check(form, numbers, length, re, im);
        LowRankSpectrum.check(form, sums, length, re, im);
        Systems systems = new Systems(form, numbers);
        systems.addGradients(kernels.cauchyKernel().backward(systems.modes(), length, re, im), sums);
    }

    /** The systems of one call. */
    private final class Systems {
        private final Form form;
        private final int rank;
        private final double[] invDt;
        private final double[] aReal;
        private final double[] aImag;
        private final double[] b;
        private final double[] c;
        private final double[] p;

        Systems(Form form, Numbers numbers) {
            this.form = form;
            this.rank = numbers.rank();
            this.invDt = kernels.toDoubles(numbers.diagonal().invDt());
            this.aReal = kernels.toDoubles(numbers.diagonal().aReal());
            this.aImag = kernels.toDoubles(numbers.diagonal().aImag());
            this.b = kernels.toDoubles(numbers.diagonal().b());
            this.c = kernels.toDoubles(numbers.diagonal().c());
            this.p = kernels.toDoubles(numbers.p());
        }

        /** Where P has vector r of a mode that the copies share. */
        private int vector(int r, int shared) {
            return 2 * (r * form.copies() * form.modes() + shared);
        }

        LowRankModes modes() {
            int size = form.channels() * form.modes();
            LowRankModes out = new LowRankModes(form.channels(), form.modes(), form.heads(), rank, new double[size], new double[size],
                    new double[(1 + rank) * size], new double[(1 + rank) * size], new double[(form.heads() + rank) * size],
                    new double[(form.heads() + rank) * size]);
            for (int j = 0; j < form.heads() * size; j++) {
                out.rightRe()[j] = c[2 * j];
                out.rightIm()[j] = c[2 * j + 1];
            }
            for (int i = 0; i < size; i++) {
                int shared = form.shared(i / form.modes(), i % form.modes());
                double dt = form.dt().value(invDt[form.step(i / form.modes(), i % form.modes())]);
                out.poleRe()[i] = -form.real().value(aReal[shared]) * dt;
                out.poleIm()[i] = -form.imag().value(aImag[shared]) * dt;
                out.leftRe()[i] = b[2 * shared] * dt;
                out.leftIm()[i] = b[2 * shared + 1] * dt;
                for (int r = 0; r < rank; r++) {
                    int at = vector(r, shared);
                    out.leftRe()[(1 + r) * size + i] = p[at] * dt;
                    out.leftIm()[(1 + r) * size + i] = p[at + 1] * dt;
                    out.rightRe()[(form.heads() + r) * size + i] = p[at];
                    out.rightIm()[(form.heads() + r) * size + i] = -p[at + 1];
                }
            }
            return out;
        }

        void addGradients(LowRankModes found, Numbers sums) {
            int size = form.channels() * form.modes();
            double[] ofInvDt = new double[invDt.length];
            double[] ofReal = new double[aReal.length];
            double[] ofImag = new double[aImag.length];
            double[] ofB = new double[b.length];
            double[] ofC = new double[c.length];
            double[] ofP = new double[p.length];
            for (int j = 0; j < c.length / 2; j++) {
                ofC[2 * j] = found.rightRe()[j];
                ofC[2 * j + 1] = found.rightIm()[j];
            }
            for (int i = 0; i < size; i++) {
                int shared = form.shared(i / form.modes(), i % form.modes());
                int step = form.step(i / form.modes(), i % form.modes());
                double dt = form.dt().value(invDt[step]);
                double poleRe = found.poleRe()[i];
                double poleIm = found.poleIm()[i];
                double bRe = found.leftRe()[i];
                double bIm = found.leftIm()[i];
                double ofDt = -poleRe * form.real().value(aReal[shared]) - poleIm * form.imag().value(aImag[shared])
                        + bRe * b[2 * shared] + bIm * b[2 * shared + 1];
                ofReal[shared] -= form.real().slope(aReal[shared]) * poleRe * dt;
                ofImag[shared] -= form.imag().slope(aImag[shared]) * poleIm * dt;
                ofB[2 * shared] += bRe * dt;
                ofB[2 * shared + 1] += bIm * dt;
                for (int r = 0; r < rank; r++) {
                    int at = vector(r, shared);
                    int left = (1 + r) * size + i;
                    int right = (form.heads() + r) * size + i;
                    ofP[at] += found.leftRe()[left] * dt + found.rightRe()[right];
                    ofP[at + 1] += found.leftIm()[left] * dt - found.rightIm()[right];
                    ofDt += found.leftRe()[left] * p[at] + found.leftIm()[left] * p[at + 1];
                }
                ofInvDt[step] += form.dt().slope(invDt[step]) * ofDt;
            }
            add(ofInvDt, sums.diagonal().invDt());
            add(ofReal, sums.diagonal().aReal());
            add(ofImag, sums.diagonal().aImag());
            add(ofB, sums.diagonal().b());
            add(ofC, sums.diagonal().c());
            add(ofP, sums.p());
        }

        private void add(double[] numbers, Tensor sum) {
            kernels.copy(kernels.of(numbers, sum.shape().toArray()), sum, true);
        }
    }
}
