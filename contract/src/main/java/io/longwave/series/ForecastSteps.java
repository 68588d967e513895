package io.longwave.series;

/** Which steps of a forecast stand at times that are asked for: it goes on from the last known value, in steps of its own, the usual distance of known values. */
public final class ForecastSteps {
    private ForecastSteps() {}

    /**
     * Of equally distant times, the nearest step each, from 0.
     *
     * @param issuedAtNanos time of the value that the forecast goes on from, nanoseconds since the epoch
     * @param stepNanos distance of two steps, at least 1
     * @param firstNanos time that is asked for first
     * @param distanceNanos of two times
     * @param count how many times, at least 1; the last one has the furthest step
     */
    public static int[] nearest(long issuedAtNanos, long stepNanos, long firstNanos, long distanceNanos, int count) {
        // Times are too large for the 53 bits of a double; how far one lies behind another is not.
        long ahead = firstNanos - issuedAtNanos;
        int[] steps = new int[count];
        for (int h = 0; h < count; h++) {
            steps[h] = (int) Math.clamp(Math.round((ahead + (double) h * distanceNanos) / stepNanos) - 1, 0, Integer.MAX_VALUE - 1);
        }
        return steps;
    }
}
