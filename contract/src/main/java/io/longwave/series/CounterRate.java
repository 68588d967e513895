package io.longwave.series;

/**
 * How fast a counter grows. A value below the one before it is what was counted since a start from zero in between, as Prometheus has it. The database
 * has a twin in SQL, {@code counter_rate}, that gives the same bits.
 */
public final class CounterRate {
    /** What an increase, and a rate, that is larger counts as: not far beyond this there are no numbers. */
    private static final double LARGEST = 1e308;
    /** An increase of this size per second need not be a number that is not zero. */
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
     * @return NaN if there is no value before; otherwise at most 1e308, however fast the counter is
     */
    public static double perSecond(long timeBefore, double before, long time, double value) {
        if (!Double.isFinite(before) || !Double.isFinite(value)) {
            return Double.NaN;
        }
        if (time <= timeBefore) {
            throw new IllegalArgumentException("time: expected one later than " + timeBefore + " but was " + time);
        }
        double increase = increase(before, value);
        if (Math.abs(increase) < TOO_SMALL) {
            return 0;
        }
        // In two parts, because the distance of two times need not fit 64 bits.
        double seconds = (time / SECOND - timeBefore / SECOND) + (time % SECOND - timeBefore % SECOND) / 1e9;
        // Compared before it is divided: the database fails where a result is no number.
        return seconds < 1 && Math.abs(increase) >= LARGEST * seconds ? Math.copySign(LARGEST, increase) : increase / seconds;
    }

    private static double increase(double before, double value) {
        if (restarted(before, value)) {
            return Math.clamp(value, -LARGEST, LARGEST);
        }
        return before < 0 && value >= LARGEST + before ? LARGEST : Math.min(value - before, LARGEST);
    }
}
