package io.longwave.ssm.longconv;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import org.ejml.data.Complex_F64;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;

/**
 * A small diagonal state-space model with nearly the impulse response of a kernel, k[t] ≈ Σ w zᵗ over its modes, so that a stream carries a few
 * numbers in place of the last K inputs. Poles come from the shift invariance of the leading left singular vectors of the Hankel matrix
 * k[i + j] (Kung 1978; the matrix pencil of Hua and Sarkar 1990), weights from least squares over all taps.
 *
 * @param modes real poles, and of each complex pair the one with the positive imaginary part
 * @param relativeError ‖k − fit‖ / ‖k‖ in the Euclidean norm, 0 for a kernel of zeros
 */
record DiagonalFit(List<Mode> modes, double relativeError) {
    /** More rows of the Hankel matrix separate close poles better, at cubic cost. */
    private static final int MOST_ROWS = 256;

    DiagonalFit {
        modes = List.copyOf(modes);
    }

    /** w zᵗ for a real pole, 2 Re(w zᵗ) for one of a complex pair. */
    record Mode(double poleRe, double poleIm, double weightRe, double weightIm) {
        boolean isReal() { return poleIm == 0; }
    }

    /** Numbers of state: one per real mode, two per complex one. */
    int order() {
        return modes.stream().mapToInt(mode -> mode.isReal() ? 1 : 2).sum();
    }

    /** Σ over the modes at t = 0 … count − 1. */
    double[] response(int count) {
        double[] sum = new double[count];
        for (Mode mode : modes) {
            double re = mode.weightRe;
            double im = mode.weightIm;
            for (int t = 0; t < count; t++) {
                sum[t] += mode.isReal() ? re : 2 * re;
                double next = re * mode.poleRe - im * mode.poleIm;
                im = re * mode.poleIm + im * mode.poleRe;
                re = next;
            }
        }
        return sum;
    }

    /**
     * The fit of the lowest order, in powers of two, that is within the tolerance, or the most accurate one where none is.
     *
     * @param taps k, [K]
     * @param mostOrder numbers of state at most, at least 1
     * @param tolerance wanted relative error
     */
    static DiagonalFit of(double[] taps, int mostOrder, double tolerance) {
        double norm = norm(taps);
        if (norm == 0) {
            return new DiagonalFit(List.of(), 0);
        }
        int rows = Math.min((taps.length + 1) / 2, MOST_ROWS);
        if (rows < 2) {
            return new DiagonalFit(List.of(new Mode(0, 0, taps[0], 0)), norm(tail(taps)) / norm);
        }
        DMatrixRMaj vectors = leadingVectors(taps, rows);
        int most = Math.min(mostOrder, rows - 1);
        DiagonalFit best = new DiagonalFit(List.of(), 1);
        for (int order = 1;; order = Math.min(2 * order, most)) {
            DiagonalFit fit = ofOrder(taps, norm, vectors, order);
            if (fit.relativeError < best.relativeError) {
                best = fit;
            }
            if (best.relativeError <= tolerance || order >= most) {
                return best;
            }
        }
    }

    private static DiagonalFit ofOrder(double[] taps, double norm, DMatrixRMaj vectors, int order) {
        List<Complex_F64> poles = poles(vectors, order, taps.length);
        int columns = poles.stream().mapToInt(pole -> pole.imaginary == 0 ? 1 : 2).sum();
        DMatrixRMaj powers = new DMatrixRMaj(taps.length, columns);
        int column = 0;
        for (Complex_F64 pole : poles) {
            double re = 1;
            double im = 0;
            for (int t = 0; t < taps.length; t++) {
                powers.set(t, column, pole.imaginary == 0 ? re : 2 * re);
                if (pole.imaginary != 0) {
                    powers.set(t, column + 1, -2 * im);
                }
                double next = re * pole.real - im * pole.imaginary;
                im = re * pole.imaginary + im * pole.real;
                re = next;
            }
            column += pole.imaginary == 0 ? 1 : 2;
        }
        var solver = LinearSolverFactory_DDRM.leastSquaresQrPivot(true, false);
        DMatrixRMaj weights = new DMatrixRMaj(columns, 1);
        if (!solver.setA(powers)) {
            return new DiagonalFit(List.of(), 1);
        }
        solver.solve(DMatrixRMaj.wrap(taps.length, 1, taps.clone()), weights);
        List<Mode> modes = new ArrayList<>();
        column = 0;
        for (Complex_F64 pole : poles) {
            boolean real = pole.imaginary == 0;
            modes.add(new Mode(pole.real, pole.imaginary, weights.get(column), real ? 0 : weights.get(column + 1)));
            column += real ? 1 : 2;
        }
        double[] response = new DiagonalFit(modes, 0).response(taps.length);
        for (int t = 0; t < taps.length; t++) {
            response[t] -= taps[t];
        }
        double error = norm(response) / norm;
        return new DiagonalFit(modes, Double.isFinite(error) ? error : 1);
    }

    /** Eigenvectors of H Hᵀ by falling eigenvalue, as columns: the left singular vectors of the Hankel matrix H[i, j] = k[i + j]. */
    private static DMatrixRMaj leadingVectors(double[] taps, int rows) {
        int columns = taps.length - rows + 1;
        DMatrixRMaj gram = new DMatrixRMaj(rows, rows);
        for (int i = 0; i < rows; i++) {
            double sum = 0;
            for (int j = 0; j < columns; j++) {
                sum += taps[j] * taps[i + j];
            }
            gram.set(0, i, sum);
            gram.set(i, 0, sum);
        }
        // Along a diagonal the window of the sum moves by one tap.
        for (int i = 1; i < rows; i++) {
            for (int j = i; j < rows; j++) {
                double sum = gram.get(i - 1, j - 1) - taps[i - 1] * taps[j - 1] + taps[i - 1 + columns] * taps[j - 1 + columns];
                gram.set(i, j, sum);
                gram.set(j, i, sum);
            }
        }
        var decomposition = DecompositionFactory_DDRM.eig(rows, true, true);
        if (!decomposition.decompose(gram)) {
            throw new ArithmeticException("the eigenvectors of a kernel's Hankel matrix were not found");
        }
        List<Integer> order = IntStream.range(0, rows).boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -decomposition.getEigenvalue(i).real)).toList();
        DMatrixRMaj vectors = new DMatrixRMaj(rows, rows);
        for (int c = 0; c < rows; c++) {
            DMatrixRMaj vector = decomposition.getEigenVector(order.get(c));
            for (int r = 0; r < rows; r++) {
                vectors.set(r, c, vector.get(r));
            }
        }
        return vectors;
    }

    /** Eigenvalues of the map that takes the leading vectors without their last row to the same without their first. */
    private static List<Complex_F64> poles(DMatrixRMaj vectors, int order, int taps) {
        int rows = vectors.numRows - 1;
        DMatrixRMaj upper = new DMatrixRMaj(rows, order);
        DMatrixRMaj lower = new DMatrixRMaj(rows, order);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < order; c++) {
                upper.set(r, c, vectors.get(r, c));
                lower.set(r, c, vectors.get(r + 1, c));
            }
        }
        DMatrixRMaj shift = new DMatrixRMaj(order, order);
        var solver = LinearSolverFactory_DDRM.leastSquaresQrPivot(true, false);
        var decomposition = DecompositionFactory_DDRM.eig(order, false);
        if (!solver.setA(upper)) {
            return List.of();
        }
        solver.solve(lower, shift);
        if (!decomposition.decompose(shift)) {
            return List.of();
        }
        // A stream runs on past the kernel: a mode that does not decay within a few of its lengths is held just inside the unit circle.
        double most = StrictMath.exp(-1.0 / (8.0 * taps));
        List<Complex_F64> poles = new ArrayList<>();
        for (int i = 0; i < order; i++) {
            Complex_F64 pole = decomposition.getEigenvalue(i);
            double size = pole.getMagnitude();
            double scale = size > most ? most / size : 1;
            if (pole.imaginary >= 0) {
                poles.add(new Complex_F64(pole.real * scale, pole.imaginary * scale));
            }
        }
        return poles;
    }

    private static double[] tail(double[] taps) {
        double[] tail = taps.clone();
        tail[0] = 0;
        return tail;
    }

    private static double norm(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }
}
