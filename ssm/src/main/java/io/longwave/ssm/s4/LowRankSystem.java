package io.longwave.ssm.s4;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

import io.longwave.kernel.CauchyKernel.LowRankModes;
import io.longwave.ssm.complex.Complex;
import io.longwave.ssm.complex.ComplexArrays;
import io.longwave.ssm.discretize.DenseDiscretization;
import io.longwave.ssm.discretize.DiagonalSystem;

/**
 * H systems diag(A) − Σ P_r P_r* in continuous time.
 *
 * @param diagonal dt, A, B and C~
 * @param p [R][H n]
 */
record LowRankSystem(DiagonalSystem diagonal, Complex[][] p) {

    int rank() {
        return p.length;
    }

    private int size() {
        return diagonal.a().length;
    }

    /** Poles dt A, left vectors dt B and dt P, right vectors C~ and conj(P). */
    LowRankModes modes() {
        int size = size();
        int heads = diagonal.heads();
        double[] dt = diagonal.dt();
        Complex[] poles = new Complex[size];
        Complex[] left = new Complex[(1 + rank()) * size];
        Complex[] right = new Complex[(heads + rank()) * size];
        System.arraycopy(diagonal.c(), 0, right, 0, heads * size);
        for (int i = 0; i < size; i++) {
            poles[i] = diagonal.a()[i].times(dt[i]);
            left[i] = diagonal.b()[i].times(dt[i]);
            for (int r = 0; r < rank(); r++) {
                left[(1 + r) * size + i] = p[r][i].times(dt[i]);
                right[(heads + r) * size + i] = p[r][i].conjugate();
            }
        }
        return new LowRankModes(diagonal.channels(), diagonal.modes(), heads, rank(), ComplexArrays.real(poles),
                ComplexArrays.imaginary(poles), ComplexArrays.real(left), ComplexArrays.imaginary(left), ComplexArrays.real(right),
                ComplexArrays.imaginary(right));
    }

    /**
     * One channel over one step, as a real system of N numbers: the real parts of the stored members, then their imaginary parts. The
     * conjugates follow from them, so nothing is left out.
     */
    DenseDiscretization discretized(int channel) {
        int n = diagonal.modes();
        DMatrixRMaj a = new DMatrixRMaj(2 * n, 2 * n);
        DMatrixRMaj b = new DMatrixRMaj(2 * n, 1);
        for (int m = 0; m < n; m++) {
            int i = channel * n + m;
            addProduct(a, n, m, m, diagonal.a()[i]);
            b.set(m, 0, diagonal.b()[i].re());
            b.set(n + m, 0, diagonal.b()[i].im());
            for (Complex[] row : p) {
                for (int j = 0; j < n; j++) { // P (Q x + its conjugate) = P 2 Re(conj(P) x)
                    Complex q = row[channel * n + j];
                    a.add(m, j, -row[i].re() * 2 * q.re());
                    a.add(m, n + j, -row[i].re() * 2 * q.im());
                    a.add(n + m, j, -row[i].im() * 2 * q.re());
                    a.add(n + m, n + j, -row[i].im() * 2 * q.im());
                }
            }
        }
        return DenseDiscretization.bilinear(a, b, diagonal.dt()[channel * n]);
    }

    /** x[row] += factor x[column] as real numbers. */
    private static void addProduct(DMatrixRMaj a, int n, int row, int column, Complex factor) {
        a.add(row, column, factor.re());
        a.add(row, n + column, -factor.im());
        a.add(n + row, column, factor.im());
        a.add(n + row, n + column, factor.re());
    }

    /** C~ = C (I − dA^length) of every head and channel, [heads, H, n]: what is trained, from what a step reads out with. */
    Complex[] truncated(int length) {
        return transformed((row, power) -> {
            DMatrixRMaj moved = new DMatrixRMaj(1, row.numCols);
            CommonOps_DDRM.mult(row, power, moved);
            CommonOps_DDRM.subtract(row, moved, moved);
            return moved;
        }, length);
    }

    /** C~ (I + dA^length): a kernel of {@code length} taps becomes one of twice as many. */
    Complex[] doubled(int length) {
        return transformed((row, power) -> {
            DMatrixRMaj moved = new DMatrixRMaj(1, row.numCols);
            CommonOps_DDRM.mult(row, power, moved);
            CommonOps_DDRM.addEquals(moved, row);
            return moved;
        }, length);
    }

    /** C of C~, [heads, H, n]: solves C (I − dA^length) = C~. */
    Complex[] original(int length) {
        return transformed((row, power) -> {
            DMatrixRMaj matrix = CommonOps_DDRM.identity(row.numCols);
            CommonOps_DDRM.subtractEquals(matrix, power);
            CommonOps_DDRM.transpose(matrix);
            DMatrixRMaj solution = new DMatrixRMaj(row.numCols, 1);
            DMatrixRMaj column = new DMatrixRMaj(row.numCols, 1);
            System.arraycopy(row.data, 0, column.data, 0, row.numCols);
            if (!CommonOps_DDRM.solve(matrix, column, solution)) {
                throw new IllegalArgumentException("C cannot be found from C~: I − dA^" + length + " is singular");
            }
            DMatrixRMaj out = new DMatrixRMaj(1, row.numCols);
            System.arraycopy(solution.data, 0, out.data, 0, row.numCols);
            return out;
        }, length);
    }

    private interface RowMap {
        /**
         * @param row a read-out row over the real state
         * @param power dA^length
         */
        DMatrixRMaj apply(DMatrixRMaj row, DMatrixRMaj power);
    }

    private Complex[] transformed(RowMap map, int length) {
        int n = diagonal.modes();
        Complex[] out = new Complex[diagonal.c().length];
        for (int h = 0; h < diagonal.channels(); h++) {
            DMatrixRMaj power = power(discretized(h).transition(), length);
            for (int head = 0; head < diagonal.heads(); head++) {
                int at = (head * diagonal.channels() + h) * n;
                DMatrixRMaj row = new DMatrixRMaj(1, 2 * n);
                for (int m = 0; m < n; m++) { // 2 Re(c x) of the real state
                    row.set(0, m, 2 * diagonal.c()[at + m].re());
                    row.set(0, n + m, -2 * diagonal.c()[at + m].im());
                }
                DMatrixRMaj mapped = map.apply(row, power);
                for (int m = 0; m < n; m++) {
                    out[at + m] = new Complex(mapped.get(0, m) / 2, -mapped.get(0, n + m) / 2);
                }
            }
        }
        return out;
    }

    /** By squaring. */
    static DMatrixRMaj power(DMatrixRMaj matrix, int exponent) {
        DMatrixRMaj out = CommonOps_DDRM.identity(matrix.numRows);
        DMatrixRMaj square = matrix.copy();
        DMatrixRMaj next = new DMatrixRMaj(matrix.numRows, matrix.numRows);
        for (int left = exponent; left > 0; left >>= 1) {
            if ((left & 1) != 0) {
                CommonOps_DDRM.mult(out, square, next);
                DMatrixRMaj swap = out;
                out = next;
                next = swap;
            }
            if (left > 1) {
                CommonOps_DDRM.mult(square, square, next);
                DMatrixRMaj swap = square;
                square = next;
                next = swap;
            }
        }
        return out;
    }

    /** The same systems with other read-outs. */
    LowRankSystem withC(Complex[] c) {
        return new LowRankSystem(new DiagonalSystem(diagonal.heads(), diagonal.channels(), diagonal.modes(), diagonal.dt(), diagonal.a(),
                diagonal.b(), c), p);
    }
}
