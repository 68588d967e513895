package io.longwave.ingest.point;

import io.longwave.series.EpochUnit;
import java.util.Arrays;

/** Unit of the timestamps of a request. */
public enum Precision {
    NANOSECONDS(1),
    MICROSECONDS(1_000),
    MILLISECONDS(1_000_000),
    SECONDS(1_000_000_000),
    MINUTES(60_000_000_000L),
    HOURS(3_600_000_000_000L);

    /** First and last nanosecond a point may have; the two numbers beyond are reserved by the protocol. */
    public static final long MIN_NANOS = -9_223_372_036_854_775_806L;
    public static final long MAX_NANOS = 9_223_372_036_854_775_806L;

    private final long nanos;

    Precision(long nanos) {
        this.nanos = nanos;
    }

    /** Length of one unit in nanoseconds. */
    public long nanos() {
        return nanos;
    }

    /** The last whole unit at or before a time: what a point without timestamp gets, in nanoseconds. */
    public long floor(long timeNanos) {
        return Math.floorDiv(timeNanos, nanos) * nanos;
    }

    /** The unit of a timestamp that says none. */
    public static Precision ofSize(long timestamp) {
        long nanos = EpochUnit.nanosOf(timestamp);
        return Arrays.stream(values()).filter(unit -> unit.nanos == nanos).findFirst().orElseThrow();
    }

    /** Whether a timestamp in this unit can be kept as nanoseconds. */
    public boolean holds(long timestamp) {
        return timestamp >= MIN_NANOS / nanos && timestamp <= MAX_NANOS / nanos;
    }
}
