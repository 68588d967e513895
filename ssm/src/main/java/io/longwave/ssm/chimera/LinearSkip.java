package io.longwave.ssm.chimera;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

import io.longwave.train.Windows;

/**
 * The linear map from a normalised window to what follows it, one for all variates, with the least mean square error on the training windows: where a
 * forecaster starts from that has such a map beside its network.
 */
final class LinearSkip {
    /** Penalty in units of the mean square of the normalised rows, which is 1. */
    private static final double PENALTY = 0.01;
    /** Products summed at most; beyond them windows are left out evenly, which overlap anyway. */
    private static final double MOST_PRODUCTS = 2e9;

    private LinearSkip() {}

    /** @return [T, L] */
    static double[] fit(Windows train, GridWindows grid) {
        int lag = train.lag();
        int horizon = train.horizon();
        int rows = lag + horizon;
        int variates = train.variates();
        int hop = (int) Math.max(1, Math.ceil((double) train.count() * variates * lag * rows / MOST_PRODUCTS));
        double[] moments = new double[lag * rows];
        float[] window = new float[rows * variates];
        float[] normalized = new float[rows * variates];
        double[] series = new double[rows];
        long samples = 0;
        for (int w = 0; w < train.count(); w += hop) {
            train.copyWindow(w, window, 0);
            grid.fit(window, 1, rows, lag);
            grid.take(window, 1, rows, 0, rows, normalized);
            for (int v = 0; v < variates; v++) {
                for (int t = 0; t < rows; t++) {
                    series[t] = normalized[t * variates + v];
                }
                for (int i = 0; i < lag; i++) {
                    addScaled(series[i], series, moments, i * rows, rows);
                }
                samples++;
            }
        }
        return solve(moments, lag, horizon, PENALTY * samples);
    }

    private static void addScaled(double factor, double[] row, double[] sum, int to, int count) {
        for (int i = 0; i < count; i++) {
            sum[to + i] += factor * row[i];
        }
    }

    private static double[] solve(double[] moments, int lag, int horizon, double penalty) {
        int rows = lag + horizon;
        DMatrixRMaj gram = new DMatrixRMaj(lag, lag);
        DMatrixRMaj cross = new DMatrixRMaj(lag, horizon);
        for (int i = 0; i < lag; i++) {
            System.arraycopy(moments, i * rows, gram.data, i * lag, lag);
            gram.data[i * lag + i] += penalty;
            System.arraycopy(moments, i * rows + lag, cross.data, i * horizon, horizon);
        }
        LinearSolverDense<DMatrixRMaj> cholesky = LinearSolverFactory_DDRM.symmPosDef(lag);
        if (!cholesky.setA(gram)) {
            throw new IllegalStateException("the penalised Gram matrix of the windows is not positive definite");
        }
        DMatrixRMaj map = new DMatrixRMaj(lag, horizon);
        cholesky.solve(cross, map);
        double[] out = new double[horizon * lag];
        for (int i = 0; i < lag; i++) {
            for (int h = 0; h < horizon; h++) {
                out[h * lag + i] = map.data[i * horizon + h];
            }
        }
        return out;
    }
}
