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
        private final HostNumbers diagonal;
        private final double[] p;

        Systems(Form form, Numbers numbers) {
            this.form = form;
            this.rank = numbers.rank();
            this.diagonal = new HostNumbers(kernels, form, numbers.diagonal());
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
                out.rightRe()[j] = diagonal.c[2 * j];
                out.rightIm()[j] = diagonal.c[2 * j + 1];
            }
            for (int i = 0; i < size; i++) {
                int shared = form.shared(i / form.modes(), i % form.modes());
                double dt = diagonal.dt[form.step(i / form.modes(), i % form.modes())];
                out.poleRe()[i] = diagonal.aRe[shared] * dt;
                out.poleIm()[i] = diagonal.aIm[shared] * dt;
                out.leftRe()[i] = diagonal.b[2 * shared] * dt;
                out.leftIm()[i] = diagonal.b[2 * shared + 1] * dt;
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
            HostNumbers.Gradient out = diagonal.new Gradient();
            double[] ofP = new double[p.length];
            for (int j = 0; j < out.c.length / 2; j++) {
                out.c[2 * j] = found.rightRe()[j];
                out.c[2 * j + 1] = found.rightIm()[j];
            }
            for (int i = 0; i < size; i++) {
                int shared = form.shared(i / form.modes(), i % form.modes());
                int step = form.step(i / form.modes(), i % form.modes());
                double dt = diagonal.dt[step];
                double poleRe = found.poleRe()[i];
                double poleIm = found.poleIm()[i];
                double bRe = found.leftRe()[i];
                double bIm = found.leftIm()[i];
                double ofDt = poleRe * diagonal.aRe[shared] + poleIm * diagonal.aIm[shared] + bRe * diagonal.b[2 * shared]
                        + bIm * diagonal.b[2 * shared + 1];
                out.aRe[shared] += poleRe * dt;
                out.aIm[shared] += poleIm * dt;
                out.b[2 * shared] += bRe * dt;
                out.b[2 * shared + 1] += bIm * dt;
                for (int r = 0; r < rank; r++) {
                    int at = vector(r, shared);
                    int left = (1 + r) * size + i;
                    int right = (form.heads() + r) * size + i;
                    ofP[at] += found.leftRe()[left] * dt + found.rightRe()[right];
                    ofP[at + 1] += found.leftIm()[left] * dt - found.rightIm()[right];
                    ofDt += found.leftRe()[left] * p[at] + found.leftIm()[left] * p[at + 1];
                }
                out.dt[step] += ofDt;
            }
            out.addTo(kernels, sums.diagonal());
            HostNumbers.add(kernels, ofP, sums.p());
        }
    }
}
