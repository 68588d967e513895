package io.longwave.db.series;

import io.longwave.series.SeriesKind;

/**
 * How the points of a series are read.
 *
 * @param kind decides whether they are its values or its rates
 * @param since what was expected of points up to this time, in nanoseconds since the epoch, was expected of another kind of values; {@link Long#MIN_VALUE} if the kind never
 *     changed
 */
public record ReadAs(SeriesKind kind, long since) {
    /** A series of which nothing was ever said. */
    public static final ReadAs GAUGE = new ReadAs(SeriesKind.GAUGE, Long.MIN_VALUE);
}
