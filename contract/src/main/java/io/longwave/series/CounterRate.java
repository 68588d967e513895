package io.longwave.series;

/**
 * How fast a counter grows. A value below the one before it is what was counted since a start from zero in between, as Prometheus has it. The database
 * has a twin in SQL, {@code counter_rate}, that gives the same bits.
 */
public final class CounterRate {
    /** The difference of values of this size need not be a number. */
    private static final double TOO_LARGE = 1e100;
    /** An increase of this size per second need not be one either. */
    private static final double TOO_SMALL = 1e-100;
    private static final long SECOND = 1_000_000_000L;

    private CounterRate() {}

    /** Whether the counter began again between two values. */
    public static boolean restarted(double before, double value) {
        return value < before;
    }

    /**
     * Increase per second between two values.
     *
     * @param timeBefore nanoseconds since the epoch
     * @param before value then; NaN if it is not known
     * @param time nanoseconds since the epoch, later than {@code timeBefore} if there is a value before
     * @param value value then
     * @return NaN if there is no value before, or one of them is too large to be compared
     */
    public static double perSecond(long timeBefore, double before, long time, double value) {
        if (!(Math.abs(before) < TOO_LARGE && Math.abs(value) < TOO_LARGE)) {
            return Double.NaN;
        }
        if (time <= timeBefore) {
            throw new IllegalArgumentException("time: expected one later than " + timeBefore + " but was " + time);
        }
        double increase = restarted(before, value) ? value : value - before;
        if (Math.abs(increase) < TOO_SMALL) {
            return 0;
        }
        // In two parts, because the distance of two times need not fit 64 bits.
        return increase / ((time / SECOND - timeBefore / SECOND) + (time % SECOND - timeBefore % SECOND) / 1e9);
    }
}
