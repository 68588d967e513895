package io.longwave.series;

/** The one rule for numbers since the epoch that do not say their unit. */
public final class EpochUnit {
    private EpochUnit() {}

    /**
     * Nanoseconds of the unit that a number has by its size: seconds, milliseconds, microseconds or nanoseconds. Right for times between 1973 and
     * 5138.
     */
    public static long nanosOf(long number) {
        long size = number == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(number);
        if (size < 100_000_000_000L) {
            return 1_000_000_000L;
        }
        if (size < 100_000_000_000_000L) {
            return 1_000_000L;
        }
        return size < 100_000_000_000_000_000L ? 1_000L : 1L;
    }
}
