package io.longwave.train;

/**
 * Exact means over windows, steps and columns, on the standardised scale. Values that were missing are left out, and so is a column of a window whose lag ends with one.
 *
 * @param mse mean squared error
 * @param mae mean absolute error
 * @param windows averaged over
 */
public record ForecastError(double mse, double mae, int windows) {

    /** What forecasts many windows at once: a model or a baseline. */
    @FunctionalInterface
    public interface Forecasting {
        /**
         * @param lags [B, L, V]
         * @param batch B
         * @param out [B, H, V]
         */
        void forecast(float[] lags, int batch, float[] out);
    }

    /** Error over all windows; the last, shorter batch is kept. */
    public static ForecastError of(Forecasting forecasting, Windows windows, int batch) {
        return of(forecasting, windows, batch, 1);
    }

    /** Error over every {@code stride}-th window. */
    public static ForecastError of(Forecasting forecasting, Windows windows, int batch, int stride) {
        int lagSize = windows.lag() * windows.variates();
        int horizonSize = windows.horizon() * windows.variates();
        int total = (windows.count() + stride - 1) / stride;
        int largest = Math.min(batch, total);
        float[] lags = new float[largest * lagSize];
        float[] out = new float[largest * horizonSize];
        float[] truth = new float[horizonSize];
        double squares = 0;
        double absolutes = 0;
        long values = 0;
        for (int start = 0; start < total; start += batch) {
            int size = Math.min(batch, total - start);
            if (size < largest) {
                lags = new float[size * lagSize];
                out = new float[size * horizonSize];
            }
            for (int b = 0; b < size; b++) {
                windows.copyLag((start + b) * stride, lags, b * lagSize);
            }
            forecasting.forecast(lags, size, out);
            for (int b = 0; b < size; b++) {
                windows.copyHorizon((start + b) * stride, truth, 0);
                double windowSquares = 0;
                double windowAbsolutes = 0;
                for (int i = 0; i < horizonSize; i++) {
                    if (!windows.counts((start + b) * stride, i / windows.variates(), i % windows.variates())) {
                        continue;
                    }
                    values++;
                    double error = out[b * horizonSize + i] - truth[i];
                    windowSquares += error * error;
                    windowAbsolutes += Math.abs(error);
                }
                squares += windowSquares;
                absolutes += windowAbsolutes;
            }
        }
        return new ForecastError(squares / values, absolutes / values, total);
    }
}
