package io.longwave.train;

import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * One linear map per column from its lag to its horizon, both taken relative to the last value of the lag, fitted in closed form on all training
 * windows with a squared penalty on the weights. The penalty is chosen on validation.
 */
public final class RidgeForecaster implements Baseline {

    /** What it is called among the baselines, of which it is the one that learns. */
    public static final String NAME = "ridge";

    private static final List<Double> PENALTIES = List.of(1e2, 1e3, 1e4, 1e5);
    private static final int BLOCK = 64;

    private final int lag;
    private final int horizon;
    private final double[] penalties; // [V]
    private final double[][] maps; // [V][L * H], step h of lag l at l * H + h

    private RidgeForecaster(int lag, int horizon, double[] penalties, double[][] maps) {
        this.lag = lag;
        this.horizon = horizon;
        this.penalties = penalties;
        this.maps = maps;
    }

    /** Fits every column of a task. Work grows with L (L + H) and with the training rows times L + H, not with their product. */
    public static RidgeForecaster fit(ForecastTask task) {
        int lag = task.lag();
        int horizon = task.horizon();
        int variates = task.variates();
        Windows train = task.windows(ForecastTask.Part.TRAIN);
        Windows validation = task.windows(ForecastTask.Part.VALIDATION);
        double[] chosen = new double[variates];
        double[][] maps = new double[variates][];
        for (int v = 0; v < variates; v++) {
            double[][] moments = centredMoments(train, v);
            double best = Double.POSITIVE_INFINITY;
            for (double penalty : PENALTIES) {
                double[] map = solve(moments, lag, horizon, penalty);
                double error = squaredError(map, validation, v);
                if (error < best) {
                    best = error;
                    chosen[v] = penalty;
                    maps[v] = map;
                }
            }
        }
        return new RidgeForecaster(lag, horizon, chosen, maps);
    }

    @Override
    public String name() {
        return NAME;
    }

    /** The penalty chosen for each column. */
    public double[] penalties() {
        return penalties.clone();
    }

    @Override
    public void forecast(float[] lags, int batch, float[] out) {
        int variates = maps.length;
        double[] sum = new double[horizon];
        for (int b = 0; b < batch; b++) {
            for (int v = 0; v < variates; v++) {
                int at = b * lag * variates + v;
                double last = lags[at + (lag - 1) * variates];
                Arrays.fill(sum, last);
                for (int l = 0; l < lag; l++) {
                    addScaled(maps[v], l * horizon, lags[at + l * variates] - last, sum, 0, horizon);
                }
                for (int h = 0; h < horizon; h++) {
                    out[(b * horizon + h) * variates + v] = (float) sum[h];
                }
            }
        }
    }

    /**
     * Second moments of the training windows relative to their last lag value, [L][L + H]. Moments of neighbouring steps differ by two products
     * because windows slide by one row, so only the first row is a sum over all windows.
     */
    private static double[][] centredMoments(Windows windows, int variate) {
        int lag = windows.lag();
        int length = lag + windows.horizon();
        int count = windows.count();
        double[] x = new double[count + length - 1];
        for (int i = 0; i < count; i++) {
            x[i] = windows.value(i, 0, variate);
        }
        for (int i = 1; i < length; i++) {
            x[count - 1 + i] = windows.value(count - 1, i, variate);
        }
        double[][] raw = new double[lag][length];
        for (int j = 0; j < length; j++) {
            double sum = 0;
            for (int w = 0; w < count; w++) {
                sum += x[w] * x[w + j];
            }
            raw[0][j] = sum;
        }
        for (int i = 1; i < lag; i++) {
            for (int j = i; j < length; j++) {
                raw[i][j] = raw[i - 1][j - 1] - x[i - 1] * x[j - 1] + x[count + i - 1] * x[count + j - 1];
            }
            for (int j = 0; j < i; j++) {
                raw[i][j] = raw[j][i];
            }
        }
        int last = lag - 1;
        double[][] centred = new double[lag][length];
        for (int i = 0; i < lag; i++) {
            for (int j = 0; j < length; j++) {
                centred[i][j] = raw[i][j] - raw[i][last] - raw[last][j] + raw[last][last];
            }
        }
        return centred;
    }

    private static double[] solve(double[][] moments, int lag, int horizon, double penalty) {
        DMatrixRMaj gram = new DMatrixRMaj(lag, lag);
        DMatrixRMaj cross = new DMatrixRMaj(lag, horizon);
        for (int i = 0; i < lag; i++) {
            System.arraycopy(moments[i], 0, gram.data, i * lag, lag);
            gram.data[i * lag + i] += penalty;
            System.arraycopy(moments[i], lag, cross.data, i * horizon, horizon);
        }
        LinearSolverDense<DMatrixRMaj> cholesky = LinearSolverFactory_DDRM.symmPosDef(lag);
        if (!cholesky.setA(gram)) {
            throw new IllegalStateException("the penalised Gram matrix is not positive definite at penalty " + penalty);
        }
        DMatrixRMaj map = new DMatrixRMaj(lag, horizon);
        cholesky.solve(cross, map);
        return map.data;
    }

    private static double squaredError(double[] map, Windows windows, int variate) {
        int lag = windows.lag();
        int horizon = windows.horizon();
        double[] sum = new double[horizon * BLOCK];
        double squares = 0;
        for (int start = 0; start < windows.count(); start += BLOCK) {
            int size = Math.min(BLOCK, windows.count() - start);
            Arrays.fill(sum, 0);
            for (int l = 0; l < lag; l++) { // one row of the map serves the whole block while it is in the cache
                for (int b = 0; b < size; b++) {
                    double input = windows.value(start + b, l, variate) - windows.value(start + b, lag - 1, variate);
                    addScaled(map, l * horizon, input, sum, b * horizon, horizon);
                }
            }
            for (int b = 0; b < size; b++) {
                double last = windows.value(start + b, lag - 1, variate);
                for (int h = 0; h < horizon; h++) {
                    double error = sum[b * horizon + h] + last - windows.value(start + b, lag + h, variate);
                    squares += error * error;
                }
            }
        }
        return squares;
    }

    private static void addScaled(double[] row, int from, double factor, double[] sum, int to, int length) {
        for (int h = 0; h < length; h++) {
            sum[to + h] += row[from + h] * factor;
        }
    }
}
