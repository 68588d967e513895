package io.longwave.ssm.ptd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;

import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.hippo.Hippo;

/**
 * A HiPPO matrix plus a perturbation in the basis of its eigenvectors. Kept are the members of negative imaginary part, ascending, then the
 * real eigenvalues, ascending.
 *
 * @param hippo A and B without the perturbation
 * @param modes λ, [n]
 * @param vectors columns of V of the kept members, [N, n] row by row, of unit norm
 * @param b V⁻¹ B of the kept members, [n], halved for real ones
 * @param realModes how many of the modes are real
 * @param condition 2-norm condition of V
 */
record PerturbedHippo(Hippo hippo, Complex[] modes, Complex[][] vectors, Complex[] b, int realModes, double condition) {
    /** Slowest decay that a perturbation may leave; LegS itself has 1. */
    private static final double SLOWEST = 0.25;
    /** Spectral norm of the first perturbations: that of the slowest decay of LegS. The transfer function moves by a few percent of it. */
    private static final double LARGEST = 1;
    private static final int DRAWS = 8;
    private static final int HALVINGS = 24;
    /** Real eigenvalues that a drawn perturbation must leave, so that the number of modes is known beforehand. */
    private static final int REAL = 2;
    private static final double REAL_LIMIT = 1e-12;

    /**
     * @param e E, [N, N] row by row
     * @throws IllegalArgumentException if A + E has no basis of eigenvectors
     */
    static PerturbedHippo of(Hippo hippo, double[] e) {
        DMatrixRMaj matrix = perturbed(hippo, e);
        List<Complex> kept = kept(eigenvalues(matrix));
        int n = hippo.n();
        Complex[][] vectors = new Complex[n][kept.size()];
        DMatrixRMaj basis = new DMatrixRMaj(2 * n, 2 * n);
        int column = 0;
        int realModes = 0;
        for (int m = 0; m < kept.size(); m++) {
            Complex[] v = eigenvector(matrix, kept.get(m));
            for (int i = 0; i < n; i++) {
                vectors[i][m] = v[i];
            }
            put(basis, v, column++, 1);
            if (isReal(kept.get(m))) {
                realModes++;
            } else {
                put(basis, v, column++, -1);
            }
        }
        if (column != n) {
            throw new IllegalArgumentException("expected " + n + " eigenvalues in conjugate pairs but was " + column);
        }
        Complex[] all = solve(basis, hippo.b());
        Complex[] b = new Complex[kept.size()];
        column = 0;
        for (int m = 0; m < b.length; m++) {
            boolean real = isReal(kept.get(m));
            b[m] = real ? new Complex(0.5 * all[column].re(), 0) : all[column];
            column += real ? 1 : 2;
        }
        return new PerturbedHippo(hippo, kept.toArray(Complex[]::new), vectors, b, realModes, condition(basis));
    }

    /** Modes of what {@link #drawn} gives for a state of size N. */
    static int modes(int n) {
        return (n + REAL) / 2;
    }

    /**
     * Draws Gaussian perturbations, the largest first and then ever smaller ones, until one leaves all modes decaying: stability does not come
     * by itself, and a larger perturbation has the better eigenvectors: their condition goes with 1 / ‖E‖, the error of the transfer function
     * with ‖E‖.
     *
     * @throws IllegalStateException if none does
     */
    static PerturbedHippo drawn(Hippo hippo, SplittableRandom random) {
        int n = hippo.n();
        double norm = LARGEST;
        for (int halving = 0; halving < HALVINGS; halving++) {
            for (int draw = 0; draw < DRAWS; draw++) {
                double[] e = new double[n * n];
                for (int i = 0; i < e.length; i++) {
                    e[i] = random.nextGaussian();
                }
                double scale = norm / spectralNorm(DMatrixRMaj.wrap(n, n, e));
                for (int i = 0; i < e.length; i++) {
                    e[i] *= scale;
                }
                List<Complex> eigenvalues = eigenvalues(perturbed(hippo, e));
                boolean stable = eigenvalues.stream().allMatch(value -> value.re() <= -SLOWEST);
                if (stable && eigenvalues.stream().filter(PerturbedHippo::isReal).count() == REAL) {
                    return of(hippo, e);
                }
            }
            norm /= 2;
        }
        throw new IllegalStateException("no stable perturbation of a HiPPO matrix of size " + n + " was found");
    }

    private static DMatrixRMaj perturbed(Hippo hippo, double[] e) {
        int n = hippo.n();
        if (e.length != n * n) {
            throw new IllegalArgumentException("perturbation: expected " + n * n + " numbers but was " + e.length);
        }
        DMatrixRMaj out = new DMatrixRMaj(n, n);
        for (int i = 0; i < e.length; i++) {
            out.data[i] = hippo.a()[i] + e[i];
        }
        return out;
    }

    /** In the order of imaginary, then real part. */
    static List<Complex> eigenvalues(DMatrixRMaj matrix) {
        EigenDecomposition_F64<DMatrixRMaj> solver = DecompositionFactory_DDRM.eig(matrix.numRows, false, false);
        if (!solver.decompose(matrix.copy())) {
            throw new IllegalArgumentException("the eigenvalues of a matrix of size " + matrix.numRows + " did not converge");
        }
        List<Complex> out = new ArrayList<>();
        for (int i = 0; i < solver.getNumberOfEigenvalues(); i++) {
            out.add(new Complex(solver.getEigenvalue(i).getReal(), solver.getEigenvalue(i).getImaginary()));
        }
        out.sort(Comparator.comparingDouble(Complex::im).thenComparingDouble(Complex::re));
        return out;
    }

    /** All eigenvalues, kept members and their conjugates, in the order of imaginary, then real part. */
    List<Complex> spectrum() {
        List<Complex> out = new ArrayList<>();
        for (Complex mode : modes) {
            out.add(mode);
            if (!isReal(mode)) {
                out.add(mode.conjugate());
            }
        }
        out.sort(Comparator.comparingDouble(Complex::im).thenComparingDouble(Complex::re));
        return out;
    }

    private static List<Complex> kept(List<Complex> eigenvalues) {
        return eigenvalues.stream().filter(value -> value.im() < 0 || isReal(value)).toList();
    }

    private static boolean isReal(Complex value) {
        return Math.abs(value.im()) <= REAL_LIMIT * value.abs();
    }

    /** By inverse iteration from a fixed start: two steps, each of which divides what is not the eigenvector by the gap to the next one. */
    private static Complex[] eigenvector(DMatrixRMaj matrix, Complex value) {
        int n = matrix.numRows;
        double shift = Math.ulp(value.abs()) * n;
        DMatrixRMaj real = new DMatrixRMaj(2 * n, 2 * n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                real.set(i, j, matrix.get(i, j));
                real.set(n + i, n + j, matrix.get(i, j));
            }
            real.add(i, i, -value.re() - shift);
            real.add(n + i, n + i, -value.re() - shift);
            real.add(i, n + i, value.im());
            real.add(n + i, i, -value.im());
        }
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.lu(2 * n);
        if (!solver.setA(real)) {
            throw new IllegalArgumentException("no eigenvector was found for eigenvalue " + value);
        }
        DMatrixRMaj x = new DMatrixRMaj(2 * n, 1);
        for (int i = 0; i < n; i++) {
            x.set(i, 0, 1 + 0.5 * Math.cos(i));
            x.set(n + i, 0, isReal(value) ? 0 : Math.sin(i));
        }
        DMatrixRMaj next = new DMatrixRMaj(2 * n, 1);
        for (int step = 0; step < 3; step++) {
            solver.solve(x, next);
            double norm = Math.sqrt(CommonOps_DDRM.dot(next, next));
            CommonOps_DDRM.scale(1 / norm, next, x);
        }
        Complex[] out = new Complex[n];
        for (int i = 0; i < n; i++) {
            out[i] = new Complex(x.get(i), x.get(n + i));
        }
        return out;
    }

    /** A complex column in the real form [[Re, −Im], [Im, Re]]. */
    private static void put(DMatrixRMaj basis, Complex[] v, int column, int sign) {
        int n = v.length;
        for (int i = 0; i < n; i++) {
            basis.set(i, column, v[i].re());
            basis.set(i, n + column, -sign * v[i].im());
            basis.set(n + i, column, sign * v[i].im());
            basis.set(n + i, n + column, v[i].re());
        }
    }

    /** Complex solution of a system in real form with a real right side. */
    private static Complex[] solve(DMatrixRMaj matrix, double[] right) {
        int n = right.length;
        DMatrixRMaj column = new DMatrixRMaj(2 * n, 1);
        System.arraycopy(right, 0, column.data, 0, n);
        DMatrixRMaj x = new DMatrixRMaj(2 * n, 1);
        if (!CommonOps_DDRM.solve(matrix, column, x)) {
            throw new IllegalArgumentException("a complex system of size " + n + " is singular");
        }
        Complex[] out = new Complex[n];
        for (int i = 0; i < n; i++) {
            out[i] = new Complex(x.get(i), x.get(n + i));
        }
        return out;
    }

    private static double[] singularValues(DMatrixRMaj matrix) {
        SingularValueDecomposition_F64<DMatrixRMaj> solver = DecompositionFactory_DDRM.svd(matrix.numRows, matrix.numCols, false, false,
                true);
        if (!solver.decompose(matrix.copy())) {
            throw new IllegalArgumentException("the singular values of a matrix of size " + matrix.numRows + " did not converge");
        }
        return java.util.Arrays.copyOf(solver.getSingularValues(), solver.numberOfSingularValues());
    }

    static double spectralNorm(DMatrixRMaj matrix) {
        return java.util.Arrays.stream(singularValues(matrix)).max().orElse(0);
    }

    private static double condition(DMatrixRMaj basis) {
        double[] values = singularValues(basis);
        return java.util.Arrays.stream(values).max().orElse(0) / java.util.Arrays.stream(values).min().orElse(0);
    }

    /** C V of the kept members: a read-out of the coefficients as one of the modes. */
    Complex[] readOut(double[] c) {
        return product(c, vectors);
    }

    private static Complex[] product(double[] c, Complex[][] columns) {
        Complex[] out = new Complex[columns[0].length];
        for (int m = 0; m < out.length; m++) {
            Complex sum = Complex.ZERO;
            for (int i = 0; i < c.length; i++) {
                sum = sum.plus(columns[i][m].times(c[i]));
            }
            out[m] = sum;
        }
        return out;
    }
}
