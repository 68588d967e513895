package io.longwave.ssm.hippo;

import java.util.stream.IntStream;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

import io.longwave.ssm.complex.Complex;

/**
 * A HiPPO matrix as a normal matrix minus a correction of low rank, in the basis where the normal part is diagonal:
 * A = V (diag(W) − Σ P_r P_r*) V* over the kept members and their conjugates. The normal part is a multiple of the identity plus a skew
 * matrix, so its eigenvectors are orthonormal and its eigenvalues share one real part. S4, arXiv:2111.00396, theorem 1.
 *
 * <p>One member of each conjugate pair is kept, the one of negative imaginary part, in ascending order. Each eigenvector has a free phase.
 *
 * @param hippo A and B
 * @param correction the real P before the change of basis, [R, N]
 * @param w W, [n]
 * @param v V, [N, n] row by row
 * @param p P in the new basis, [R, n]
 * @param b B in the new basis, [n]
 */
public record NormalPlusLowRank(Hippo hippo, double[][] correction, Complex[] w, Complex[][] v, Complex[][] p, Complex[] b) {
    /** A frequency below this is the pair that does not turn. */
    private static final double STILL = 1e-4;

    /** The decomposition with the rank that the measure needs. */
    public static NormalPlusLowRank of(Hippo hippo) {
        return of(hippo, naturalRank(hippo.measure()));
    }

    /**
     * @param rank R; rows beyond what the measure needs are zero
     * @throws IllegalArgumentException if N is odd, the rank is too small, or the measure has no such form
     */
    public static NormalPlusLowRank of(Hippo hippo, int rank) {
        int n = hippo.n();
        if (n % 2 != 0) {
            throw new IllegalArgumentException("state size: expected an even number, modes come in pairs, but was " + n);
        }
        if (rank < naturalRank(hippo.measure())) {
            throw new IllegalArgumentException(
                    "rank: expected at least " + naturalRank(hippo.measure()) + " for " + hippo.measure() + " but was " + rank);
        }
        double[][] correction = correction(hippo, rank);
        double[] normal = hippo.a().clone();
        for (double[] row : correction) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    normal[i * n + j] += row[i] * row[j];
                }
            }
        }
        double real = 0;
        for (int i = 0; i < n; i++) {
            real += normal[i * n + i] / n;
        }
        double[] frequencies = new double[n / 2];
        Complex[][] v = new Complex[n][n / 2];
        eigen(n, normal, frequencies, v);
        Complex[] w = new Complex[n / 2];
        for (int m = 0; m < n / 2; m++) {
            w[m] = new Complex(real, frequencies[m]);
        }
        if (frequencies[n / 2 - 1] > -STILL) {
            still(v);
        }
        Complex[][] p = new Complex[rank][];
        for (int r = 0; r < rank; r++) {
            p[r] = inBasis(v, correction[r]);
        }
        return new NormalPlusLowRank(hippo, correction, w, v, p, inBasis(v, hippo.b()));
    }

    private static int naturalRank(Hippo.Measure measure) {
        return switch (measure) {
            case LEGS, FOUT, LEGSD, FOUD -> 1;
            case LEGT -> 2;
            case LMU -> throw new IllegalArgumentException("measure: expected one with a normal plus low-rank form but was " + measure);
        };
    }

    private static double[][] correction(Hippo hippo, int rank) {
        int n = hippo.n();
        double[][] p = new double[rank][n];
        for (int i = 0; i < n; i++) {
            switch (hippo.measure()) {
                case LEGS -> p[0][i] = Math.sqrt(i + 0.5);
                case LEGT -> p[1 - i % 2][i] = Math.sqrt(2.0 * i + 1) / Math.sqrt(2);
                case FOUT -> p[0][i] = hippo.b()[i];
                default -> p[0][i] = 0;
            }
        }
        return p;
    }

    /**
     * The Hermitian matrix −i K of the skew part K, as the real symmetric matrix [[0, K], [−K, 0]] of size 2N: each eigenvalue stands there
     * twice, and (x, y) of either one is the eigenvector x + i y.
     */
    private static void eigen(int n, double[] normal, double[] frequencies, Complex[][] v) {
        DMatrixRMaj symmetric = new DMatrixRMaj(2 * n, 2 * n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double skew = 0.5 * (normal[i * n + j] - normal[j * n + i]);
                symmetric.set(i, n + j, skew);
                symmetric.set(n + i, j, -skew);
            }
        }
        EigenDecomposition_F64<DMatrixRMaj> solver = DecompositionFactory_DDRM.eig(2 * n, true, true);
        if (!solver.decompose(symmetric)) {
            throw new IllegalStateException("the eigenvalues of a HiPPO matrix of size " + n + " did not converge");
        }
        int[] ascending = IntStream.range(0, 2 * n).boxed()
                .sorted((i, j) -> Double.compare(solver.getEigenvalue(i).getReal(), solver.getEigenvalue(j).getReal()))
                .mapToInt(Integer::intValue).toArray();
        for (int m = 0; m < n / 2; m++) {
            frequencies[m] = 0.5
                    * (solver.getEigenvalue(ascending[2 * m]).getReal() + solver.getEigenvalue(ascending[2 * m + 1]).getReal());
            DMatrixRMaj vector = solver.getEigenVector(ascending[2 * m]);
            double norm = 0;
            for (int i = 0; i < 2 * n; i++) {
                norm += vector.get(i) * vector.get(i);
            }
            for (int i = 0; i < n; i++) {
                v[i][m] = new Complex(vector.get(i) / Math.sqrt(norm), vector.get(n + i) / Math.sqrt(norm));
            }
        }
    }

    /** The pair of frequency 0 spans two coordinates and any basis of them would do: (1, i, 0, ...) / √2 and its conjugate. */
    private static void still(Complex[][] v) {
        int last = v[0].length - 1;
        for (Complex[] row : v) {
            row[last] = Complex.ZERO;
        }
        v[0][last] = new Complex(Math.sqrt(0.5), 0);
        v[1][last] = new Complex(0, Math.sqrt(0.5));
    }

    /** V* x. */
    private static Complex[] inBasis(Complex[][] v, double[] x) {
        Complex[] out = new Complex[v[0].length];
        for (int m = 0; m < out.length; m++) {
            Complex sum = Complex.ZERO;
            for (int i = 0; i < x.length; i++) {
                sum = sum.plus(v[i][m].conjugate().times(x[i]));
            }
            out[m] = sum;
        }
        return out;
    }

    /** The same with each column of V turned by a unit phase: as good a decomposition. */
    public NormalPlusLowRank turned(Complex[] phases) {
        Complex[][] turned = new Complex[v.length][];
        for (int i = 0; i < v.length; i++) {
            turned[i] = new Complex[phases.length];
            for (int m = 0; m < phases.length; m++) {
                turned[i][m] = v[i][m].times(phases[m]);
            }
        }
        Complex[][] turnedP = new Complex[p.length][];
        for (int r = 0; r < p.length; r++) {
            turnedP[r] = inBasis(turned, correction[r]);
        }
        return new NormalPlusLowRank(hippo, correction, w, turned, turnedP, inBasis(turned, hippo.b()));
    }

    /** B with its imaginary parts kept within ±limit, as the published initialisation does with a limit of 2. */
    public Complex[] clippedB(double limit) {
        Complex[] out = new Complex[b.length];
        for (int m = 0; m < b.length; m++) {
            out[m] = new Complex(b[m].re(), Math.clamp(b[m].im(), -limit, limit));
        }
        return out;
    }
}
