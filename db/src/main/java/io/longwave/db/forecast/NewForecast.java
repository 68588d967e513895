package io.longwave.db.forecast;

import io.longwave.series.SeriesKind;

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
        double[][] upper, SeriesKind kind) {}
