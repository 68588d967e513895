package io.longwave.db.forecast;

import io.longwave.series.Forecast;
import io.longwave.series.SeriesKind;
import java.util.Arrays;

/**
 * A forecast as it is stored.
 *
 * @param issuedAt time of the last sample the model had seen, nanoseconds since the epoch
 * @param step distance of two steps, nanoseconds
 * @param mean [H]
 * @param levels interval levels, [K]
 * @param lower [K][H]
 * @param upper [K][H]
 * @param kind of the values it speaks of
 */
public record NewForecast(long seriesId, long issuedAt, long step, String model, double[] mean, double[] levels, double[][] lower,
        double[][] upper, SeriesKind kind) {

    /** Without the steps that end after all times that can be told, see {@link Forecast#stepsWithinTime}. */
    public NewForecast withinTime() {
        long most = Forecast.stepsWithinTime(issuedAt, step);
        if (mean.length <= most) {
            return this;
        }
        return new NewForecast(seriesId, issuedAt, step, model, cut(mean, most), levels, cut(lower, most), cut(upper, most), kind);
    }

    private static double[] cut(double[] steps, long most) {
        return Arrays.copyOf(steps, (int) most);
    }

    private static double[][] cut(double[][] bounds, long most) {
        return Arrays.stream(bounds).map(steps -> cut(steps, most)).toArray(double[][]::new);
    }
}
