package io.longwave.ssm.ptd;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.hippo.NormalPlusLowRank;

/** G(s) = C (s − A)⁻¹ B on the imaginary axis: what a system does to a wave of each frequency. */
@FunctionalInterface
interface TransferFunction {

    /** G(i frequency), frequency in radians per unit of time. */
    Complex at(double frequency);

    /**
     * Of a dense system.
     *
     * @param a [N, N] row by row
     * @param b,c [N]
     */
    static TransferFunction dense(double[] a, double[] b, double[] c) {
        int n = b.length;
        return frequency -> {
            DMatrixRMaj matrix = new DMatrixRMaj(2 * n, 2 * n);
            DMatrixRMaj right = new DMatrixRMaj(2 * n, 1);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    matrix.set(i, j, -a[i * n + j]);
                    matrix.set(n + i, n + j, -a[i * n + j]);
                }
                matrix.add(i, n + i, -frequency);
                matrix.add(n + i, i, frequency);
                right.set(i, 0, b[i]);
            }
            DMatrixRMaj x = new DMatrixRMaj(2 * n, 1);
            if (!CommonOps_DDRM.solve(matrix, right, x)) {
                throw new IllegalArgumentException("the system has a pole at " + frequency + " i");
            }
            Complex sum = Complex.ZERO;
            for (int i = 0; i < n; i++) {
                sum = sum.plus(new Complex(x.get(i), x.get(n + i)).times(c[i]));
            }
            return sum;
        };
    }

    /**
     * Of stored modes and their conjugates.
     *
     * @param a,b,c [n]
     */
    static TransferFunction diagonal(Complex[] a, Complex[] b, Complex[] c) {
        return frequency -> {
            Complex sum = Complex.ZERO;
            for (int m = 0; m < a.length; m++) {
                Complex weight = b[m].times(c[m]);
                sum = sum.plus(weight.over(new Complex(-a[m].re(), frequency - a[m].im())))
                        .plus(weight.conjugate().over(new Complex(-a[m].re(), frequency + a[m].im())));
            }
            return sum;
        };
    }

    /** Of the perturbed system. */
    static TransferFunction of(PerturbedHippo perturbed, double[] c) {
        return diagonal(perturbed.modes(), perturbed.b(), perturbed.readOut(c));
    }

    /** Of the normal part alone with half of B: what S4D-LegS starts from. */
    static TransferFunction normalPart(NormalPlusLowRank form, double[] c) {
        Complex[] b = new Complex[form.b().length];
        Complex[] read = new Complex[b.length];
        for (int m = 0; m < b.length; m++) {
            b[m] = form.b()[m].times(0.5);
            read[m] = Complex.ZERO;
            for (int i = 0; i < c.length; i++) {
                read[m] = read[m].plus(form.v()[i][m].times(c[i]));
            }
        }
        return diagonal(form.w(), b, read);
    }
}
