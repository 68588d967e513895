package io.longwave.ssm.discretize;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * A dense system over one step.
 *
 * @param transition dA, [N, N]
 * @param input dB, [N, 1]
 */
public record DenseDiscretization(DMatrixRMaj transition, DMatrixRMaj input) {
    private static final double[] PADE = {64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0,
            129060195264000.0, 10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0, 1.0};
    /** Norm up to which the approximation of degree 13 is exact to rounding; Higham 2005, table 2.3. */
    private static final double PADE_RADIUS = 5.37;

    /** dA = (I − dt/2 A)⁻¹ (I + dt/2 A), dB = dt (I − dt/2 A)⁻¹ B. */
    public static DenseDiscretization bilinear(DMatrixRMaj a, DMatrixRMaj b, double dt) {
        int n = a.getNumRows();
        DMatrixRMaj backward = CommonOps_DDRM.identity(n);
        CommonOps_DDRM.addEquals(backward, -dt / 2, a);
        DMatrixRMaj forward = CommonOps_DDRM.identity(n);
        CommonOps_DDRM.addEquals(forward, dt / 2, a);
        DMatrixRMaj scaled = b.copy();
        CommonOps_DDRM.scale(dt, scaled);
        return new DenseDiscretization(solve(backward, forward), solve(backward, scaled));
    }

    /** Zero-order hold as exp([[dt A, dt B], [0, 0]]): needs no inverse of A, which is singular for FouT. */
    public static DenseDiscretization zeroOrderHold(DMatrixRMaj a, DMatrixRMaj b, double dt) {
        int n = a.getNumRows();
        DMatrixRMaj generator = new DMatrixRMaj(n + 1, n + 1);
        CommonOps_DDRM.insert(a, generator, 0, 0);
        CommonOps_DDRM.insert(b, generator, 0, n);
        CommonOps_DDRM.scale(dt, generator);
        DMatrixRMaj exponential = exp(generator);
        return new DenseDiscretization(CommonOps_DDRM.extract(exponential, 0, n, 0, n),
                CommonOps_DDRM.extract(exponential, 0, n, n, n + 1));
    }

    /** Matrix exponential by scaling, a Padé approximation of degree 13 and squaring. */
    public static DMatrixRMaj exp(DMatrixRMaj matrix) {
        int n = matrix.getNumRows();
        double norm = NormOps_DDRM.inducedP1(matrix);
        int squarings = norm <= PADE_RADIUS ? 0 : Math.max(0, Math.getExponent(norm / PADE_RADIUS) + 1);
        DMatrixRMaj x = matrix.copy();
        CommonOps_DDRM.scale(Math.scalb(1.0, -squarings), x);
        DMatrixRMaj power = CommonOps_DDRM.identity(n);
        DMatrixRMaj even = new DMatrixRMaj(n, n);
        DMatrixRMaj odd = new DMatrixRMaj(n, n);
        DMatrixRMaj next = new DMatrixRMaj(n, n);
        for (int k = 0; k < PADE.length; k++) {
            CommonOps_DDRM.addEquals(k % 2 == 0 ? even : odd, PADE[k], power);
            CommonOps_DDRM.mult(power, x, next);
            DMatrixRMaj swap = power;
            power = next;
            next = swap;
        }
        DMatrixRMaj numerator = even.copy();
        CommonOps_DDRM.addEquals(numerator, odd);
        CommonOps_DDRM.subtractEquals(even, odd);
        DMatrixRMaj result = solve(even, numerator);
        for (int s = 0; s < squarings; s++) {
            CommonOps_DDRM.mult(result, result, next);
            DMatrixRMaj swap = result;
            result = next;
            next = swap;
        }
        return result;
    }

    private static DMatrixRMaj solve(DMatrixRMaj left, DMatrixRMaj right) {
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.lu(left.getNumRows());
        DMatrixRMaj out = new DMatrixRMaj(left.getNumRows(), right.getNumCols());
        if (!solver.setA(left.copy())) {
            throw new IllegalArgumentException("the system cannot be discretised: a matrix of " + left.getNumRows() + " rows is singular");
        }
        solver.solve(right.copy(), out);
        return out;
    }

    /**
     * K[l] = c dA^l dB.
     *
     * @param c [N]
     */
    public double[] kernel(double[] c, int length) {
        int n = c.length;
        DMatrixRMaj state = input.copy();
        DMatrixRMaj next = new DMatrixRMaj(n, 1);
        double[] out = new double[length];
        for (int l = 0; l < length; l++) {
            for (int i = 0; i < n; i++) {
                out[l] += c[i] * state.get(i);
            }
            CommonOps_DDRM.mult(transition, state, next);
            DMatrixRMaj swap = state;
            state = next;
            next = swap;
        }
        return out;
    }
}
