package io.longwave.db.point;

/**
 * A half-open stretch of time in nanoseconds since the epoch.
 *
 * @param from first nanosecond inside
 * @param to first nanosecond after it
 */
public record TimeSpan(long from, long to) {
    /** Everything. */
    public static final TimeSpan ALL = new TimeSpan(Long.MIN_VALUE, Long.MAX_VALUE);
}
