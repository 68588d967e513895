package io.longwave.db.forecast;

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

    /** As much of it as ends within the times that 64 bits of nanoseconds can tell, which is until 2262. */
    public NewForecast withinTime() {
        long most = issuedAt < 0 ? Long.MAX_VALUE / step : (Long.MAX_VALUE - issuedAt) / step;
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
