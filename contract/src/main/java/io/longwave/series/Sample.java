package io.longwave.series;

/**
 * One measured value of one series.
 *
 * @param timeNanos nanoseconds since 1970-01-01T00:00Z; the database keeps them as they are
 * @param value finite, in the unit of the series
 */
public record Sample(SeriesKey series, long timeNanos, double value) {
    public Sample {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("value: expected a finite number but was " + value);
        }
    }
}
