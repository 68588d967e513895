package io.longwave.db.forecast;

/**
 * A forecast as it is stored.
 *
 * @param issuedAt time of the last sample the model had seen, nanoseconds since the epoch
 * @param step distance of two steps, nanoseconds
 * @param mean [H]
 * @param levels interval levels, [K]
 * @param lower [K][H]
 * @param upper [K][H]
 */
public record NewForecast(long seriesId, long issuedAt, long step, String model, double[] mean, double[] levels, double[][] lower,
        double[][] upper) {}
