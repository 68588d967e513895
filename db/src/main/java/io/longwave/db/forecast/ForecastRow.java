package io.longwave.db.forecast;

import java.util.List;

/**
 * A stored forecast.
 *
 * @param issuedAtNanos time of the last sample the model had seen
 * @param stepNanos distance of two steps
 * @param mean expected values, [H]
 * @param levels interval levels in (0, 1), [K]
 * @param lower lower bounds, [K][H]
 * @param upper upper bounds, [K][H]
 */
public record ForecastRow(long issuedAtNanos, long stepNanos, String model, List<Double> mean, List<Double> levels,
        List<List<Double>> lower, List<List<Double>> upper) {
    public ForecastRow {
        mean = List.copyOf(mean);
        levels = List.copyOf(levels);
        lower = List.copyOf(lower);
        upper = List.copyOf(upper);
    }
}
