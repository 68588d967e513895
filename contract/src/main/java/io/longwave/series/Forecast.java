package io.longwave.series;

import java.util.List;

/**
 * Future values of one series as a model saw them at one moment.
 *
 * @param series canonical series key
 * @param model registered id of the model that made it, for example {@code online-1}
 * @param issuedAtNanos time of the last sample the model had seen; step h (from 0) is at {@code issuedAtNanos + (h + 1) * stepNanos}
 * @param stepNanos distance of two steps
 * @param mean expected values, [H]
 * @param intervals one per asked level
 */
public record Forecast(String series, String model, long issuedAtNanos, long stepNanos, List<Double> mean,
        List<PredictionInterval> intervals) {
    /**
     * Steps of a forecast that end within the times that 64 bits of nanoseconds since the epoch can tell, which is until 2262.
     *
     * @param stepNanos positive
     */
    public static long stepsWithinTime(long issuedAtNanos, long stepNanos) {
        return issuedAtNanos < 0 ? Long.MAX_VALUE / stepNanos : (Long.MAX_VALUE - issuedAtNanos) / stepNanos;
    }

    public Forecast {
        if (stepNanos <= 0) {
            throw new IllegalArgumentException("step: expected a positive number of nanoseconds but was " + stepNanos);
        }
        mean = List.copyOf(mean);
        intervals = List.copyOf(intervals);
        for (PredictionInterval interval : intervals) {
            if (interval.lower().size() != mean.size()) {
                throw new IllegalArgumentException("interval of level " + interval.level() + ": expected " + mean.size() + " steps but was "
                        + interval.lower().size());
            }
        }
    }
}
