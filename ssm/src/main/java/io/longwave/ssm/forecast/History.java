package io.longwave.ssm.forecast;

/**
 * Values of one or more channels observed at the same times. V channels, L times.
 *
 * @param timesNanos [L], nanoseconds since the epoch, each later than the one before
 * @param channels [V][L], in the unit of what was observed; NaN where a value is missing
 */
@SuppressWarnings("ArrayRecordComponent") // values are read, never compared
public record History(long[] timesNanos, double[][] channels) {

    /** @throws IllegalArgumentException if lengths or times do not fit, or a value is infinite, naming what was expected and found */
    public History {
        if (channels.length == 0 || timesNanos.length == 0) {
            throw new IllegalArgumentException("expected at least one channel with at least one value");
        }
        for (int l = 1; l < timesNanos.length; l++) {
            if (timesNanos[l] <= timesNanos[l - 1]) {
                throw new IllegalArgumentException(
                        "value " + l + ": expected a time later than " + timesNanos[l - 1] + " ns but was " + timesNanos[l]);
            }
        }
        for (int v = 0; v < channels.length; v++) {
            if (channels[v].length != timesNanos.length) {
                throw new IllegalArgumentException(
                        "channel " + v + ": expected " + timesNanos.length + " values but was " + channels[v].length);
            }
            for (int l = 0; l < timesNanos.length; l++) {
                if (Double.isInfinite(channels[v][l])) {
                    throw new IllegalArgumentException(
                            "channel " + v + ", value " + l + ": expected a finite number but was " + channels[v][l]);
                }
            }
        }
    }

    /**
     * Values at equal distances.
     *
     * @param startNanos time of the first value, nanoseconds since the epoch
     * @param stepNanos at least 1
     * @param channels [V][L]
     * @throws IllegalArgumentException also if the distance is not positive, or the last time is beyond what 64 bits can hold
     */
    public static History regular(long startNanos, long stepNanos, double[][] channels) {
        if (stepNanos < 1) {
            throw new IllegalArgumentException("step: expected at least 1 ns but was " + stepNanos);
        }
        long[] times = new long[channels.length == 0 ? 0 : channels[0].length];
        try {
            for (int l = 0; l < times.length; l++) {
                times[l] = Math.addExact(startNanos, Math.multiplyExact(l, stepNanos));
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("expected times that nanoseconds in 64 bits can hold but " + times.length + " values from "
                    + startNanos + " ns at " + stepNanos + " ns do not end there", e);
        }
        return new History(times, channels);
    }

    /** L. */
    int length() {
        return timesNanos.length;
    }
}
