package io.longwave.ssm.s4;

import java.util.Arrays;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

import io.longwave.kernel.Kernels;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.discretize.DiagonalSystem;
import io.longwave.ssm.sequence.ArrayCohort;
import io.longwave.ssm.sequence.SequenceRecurrence;

/**
 * The step in the linear form of {@code package-info}, O(N R) per channel. At the start the eigenvectors of dA are those of HiPPO, whose
 * condition grows exponentially with N, so there is no diagonal form to step in. States are float32; inside a step sums are float64, since
 * the two low-rank terms are up to dt N² / 2 times as large as what they leave. Only multiplications and additions in one fixed order.
 */
final class LowRankRecurrence implements SequenceRecurrence {
    private static final int BLOCK = 128;

    private final Kernels kernels;
    private final int channels;
    private final int modes;
    private final int rank;
    private final double[] eRe; // [H, n]
    private final double[] eIm;
    private final double[] fRe;
    private final double[] fIm;
    private final double[] bRe;
    private final double[] bIm;
    private final double[] cRe;
    private final double[] cIm;
    private final double[] pRe; // [R, H, n], P dt/2
    private final double[] pIm;
    private final double[] qRe; // [R, H, n], 2 conj(P)
    private final double[] qIm;
    private final double[] gRe; // [R, H, n], 2 G
    private final double[] gIm;
    private final float[] skip;
    /** Arrays of one thread between the parts of a step. */
    private final ThreadLocal<Work> work;

    private record Work(double[] x, double[] sums, double[] drive) {}

    /**
     * @param system with the C that a step reads out with
     */
    LowRankRecurrence(Kernels kernels, LowRankSystem system, float[] skip) {
        DiagonalSystem diagonal = system.diagonal();
        this.kernels = kernels;
        this.channels = diagonal.channels();
        this.modes = diagonal.modes();
        this.rank = system.rank();
        this.skip = skip;
        this.work = ThreadLocal.withInitial(() -> new Work(new double[2 * modes * BLOCK], new double[rank * BLOCK], new double[BLOCK]));
        int size = channels * modes;
        eRe = new double[size];
        eIm = new double[size];
        fRe = new double[size];
        fIm = new double[size];
        bRe = new double[size];
        bIm = new double[size];
        cRe = new double[size];
        cIm = new double[size];
        pRe = new double[rank * size];
        pIm = new double[rank * size];
        qRe = new double[rank * size];
        qIm = new double[rank * size];
        gRe = new double[rank * size];
        gIm = new double[rank * size];
        for (int i = 0; i < size; i++) {
            double dt = diagonal.dt()[i];
            Complex half = diagonal.a()[i].times(dt / 2);
            set(eRe, eIm, i, half.plus(1));
            set(fRe, fIm, i, half.negated().plus(1).inverse());
            set(bRe, bIm, i, diagonal.b()[i].times(dt));
            set(cRe, cIm, i, diagonal.c()[i].times(2));
            for (int r = 0; r < rank; r++) {
                set(pRe, pIm, r * size + i, system.p()[r][i].times(dt / 2));
                set(qRe, qIm, r * size + i, system.p()[r][i].conjugate().times(2));
            }
        }
        for (int h = 0; h < channels; h++) {
            fillCorrection(system, h);
        }
    }

    private static void set(double[] re, double[] im, int i, Complex value) {
        re[i] = value.re();
        im[i] = value.im();
    }

    /** G = (I + dt/2 2 Re Q F P)⁻¹ Q F of one channel. */
    private void fillCorrection(LowRankSystem system, int h) {
        int size = channels * modes;
        DMatrixRMaj matrix = CommonOps_DDRM.identity(rank);
        DMatrixRMaj right = new DMatrixRMaj(rank, 2 * modes);
        for (int r = 0; r < rank; r++) {
            for (int m = 0; m < modes; m++) {
                int i = h * modes + m;
                Complex qf = system.p()[r][i].conjugate().times(new Complex(fRe[i], fIm[i]));
                right.set(r, m, qf.re());
                right.set(r, modes + m, qf.im());
                for (int s = 0; s < rank; s++) {
                    matrix.add(r, s, 2 * qf.times(new Complex(pRe[s * size + i], pIm[s * size + i])).re());
                }
            }
        }
        DMatrixRMaj solution = new DMatrixRMaj(rank, 2 * modes);
        if (!CommonOps_DDRM.solve(matrix, right, solution)) {
            throw new IllegalArgumentException("channel " + h + " cannot be stepped: its low-rank correction is singular");
        }
        for (int r = 0; r < rank; r++) {
            for (int m = 0; m < modes; m++) {
                int i = r * size + h * modes + m;
                gRe[i] = 2 * solution.get(r, m);
                gIm[i] = 2 * solution.get(r, modes + m);
            }
        }
    }

    @Override
    public int channels() {
        return channels;
    }

    @Override
    public int stateSize() {
        return 2 * channels * modes;
    }

    @Override
    public Cohort start(int series) {
        return new ArrayCohort(kernels, this, series, (state, sample) -> step(state, sample, sample, series));
    }

    private void step(float[] state, float[] u, float[] y, int series) {
        Work arrays = work.get();
        for (int from = 0; from < series; from += BLOCK) {
            int count = Math.min(BLOCK, series - from);
            for (int h = 0; h < channels; h++) {
                step(h, state, u, y, series, from, count, arrays.x, arrays.sums, arrays.drive);
            }
        }
    }

    /** One channel of a few series: state rows are [H, n, 2, S]. */
    private void step(int h, float[] state, float[] u, float[] y, int series, int from, int count, double[] x, double[] sums,
            double[] drive) {
        int size = channels * modes;
        int first = h * modes * 2 * series + from;
        for (int s = 0; s < count; s++) {
            drive[s] = u[h * series + from + s];
        }
        for (int row = 0; row < 2 * modes; row++) {
            for (int s = 0; s < count; s++) {
                x[row * count + s] = state[first + row * series + s];
            }
        }
        products(qRe, qIm, h, x, count, sums);
        for (int m = 0; m < modes; m++) {
            int i = h * modes + m;
            int re = 2 * m * count;
            int im = re + count;
            for (int s = 0; s < count; s++) {
                double xRe = x[re + s];
                double xIm = x[im + s];
                x[re + s] = eRe[i] * xRe - eIm[i] * xIm + bRe[i] * drive[s];
                x[im + s] = eRe[i] * xIm + eIm[i] * xRe + bIm[i] * drive[s];
            }
            subtractLowRank(size, i, x, re, im, count, sums);
        }
        products(gRe, gIm, h, x, count, sums);
        int out = h * series + from;
        for (int s = 0; s < count; s++) {
            drive[s] *= skip[h];
        }
        for (int m = 0; m < modes; m++) {
            int i = h * modes + m;
            int re = 2 * m * count;
            int im = re + count;
            subtractLowRank(size, i, x, re, im, count, sums);
            int at = first + 2 * m * series;
            for (int s = 0; s < count; s++) {
                double xRe = x[re + s];
                double xIm = x[im + s];
                float nextRe = (float) (fRe[i] * xRe - fIm[i] * xIm);
                float nextIm = (float) (fRe[i] * xIm + fIm[i] * xRe);
                state[at + s] = nextRe;
                state[at + series + s] = nextIm;
                drive[s] += cRe[i] * nextRe - cIm[i] * nextIm;
            }
        }
        for (int s = 0; s < count; s++) {
            y[out + s] = (float) drive[s];
        }
    }

    /** sums[r] = Re Σ v_r x. */
    private void products(double[] vRe, double[] vIm, int h, double[] x, int count, double[] sums) {
        Arrays.fill(sums, 0, rank * count, 0);
        for (int r = 0; r < rank; r++) {
            for (int m = 0; m < modes; m++) {
                int i = (r * channels + h) * modes + m;
                int re = 2 * m * count;
                for (int s = 0; s < count; s++) {
                    sums[r * count + s] += vRe[i] * x[re + s] - vIm[i] * x[re + count + s];
                }
            }
        }
    }

    /** x −= Σ_r P_r dt/2 sums[r]. */
    private void subtractLowRank(int size, int i, double[] x, int re, int im, int count, double[] sums) {
        for (int r = 0; r < rank; r++) {
            double factorRe = pRe[r * size + i];
            double factorIm = pIm[r * size + i];
            for (int s = 0; s < count; s++) {
                x[re + s] -= factorRe * sums[r * count + s];
                x[im + s] -= factorIm * sums[r * count + s];
            }
        }
    }
}
