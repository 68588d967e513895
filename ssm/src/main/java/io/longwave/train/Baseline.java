package io.longwave.train;

/** A forecaster that needs no gradient: what every trained model is judged beside, on the same windows. */
public interface Baseline extends ForecastError.Forecasting {

    /** Name in tables and results. */
    String name();

    /** The last value, held. */
    static Baseline repeatLast(int lag, int horizon, int variates) {
        return seasonal("repeat last", 1, lag, horizon, variates);
    }

    /** The last {@code period} values, repeated. */
    static Baseline seasonalRepeat(int period, int lag, int horizon, int variates) {
        if (period < 1 || period > lag) {
            throw new IllegalArgumentException("expected a period between 1 and the lag " + lag + " but was " + period);
        }
        return seasonal("seasonal repeat", period, lag, horizon, variates);
    }

    private static Baseline seasonal(String name, int period, int lag, int horizon, int variates) {
        return new Named(name, (lags, batch, out) -> {
            for (int b = 0; b < batch; b++) {
                for (int h = 0; h < horizon; h++) {
                    int from = (b * lag + lag - period + h % period) * variates;
                    System.arraycopy(lags, from, out, (b * horizon + h) * variates, variates);
                }
            }
        });
    }

    /** The mean of the lag, held. */
    static Baseline windowMean(int lag, int horizon, int variates) {
        return new Named("window mean", (lags, batch, out) -> {
            for (int b = 0; b < batch; b++) {
                for (int v = 0; v < variates; v++) {
                    double sum = 0;
                    for (int l = 0; l < lag; l++) {
                        sum += lags[(b * lag + l) * variates + v];
                    }
                    for (int h = 0; h < horizon; h++) {
                        out[(b * horizon + h) * variates + v] = (float) (sum / lag);
                    }
                }
            }
        });
    }

    /**
     * A baseline from its parts.
     *
     * @param forecasting does the work
     */
    record Named(String name, ForecastError.Forecasting forecasting) implements Baseline {
        @Override
        public void forecast(float[] lags, int batch, float[] out) {
            forecasting.forecast(lags, batch, out);
        }
    }
}
