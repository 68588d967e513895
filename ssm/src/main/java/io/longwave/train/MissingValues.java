package io.longwave.train;

/**
 * The one rule for values that a file marks as missing, NaN here: inside a sequence the straight line between the nearest known values of the same
 * channel, at its ends the nearest known value, and 0 where a channel has none.
 */
public final class MissingValues {

    private MissingValues() {}

    /** Fills in place. @param values [L, V], NaN where missing */
    public static void fill(float[] values, int length, int channels) {
        for (int v = 0; v < channels; v++) {
            int known = -1;
            for (int l = 0; l < length; l++) {
                if (Float.isNaN(values[l * channels + v])) {
                    continue;
                }
                bridge(values, channels, v, known, l);
                known = l;
            }
            float last = known < 0 ? 0 : values[known * channels + v];
            for (int l = known + 1; l < length; l++) {
                values[l * channels + v] = last;
            }
        }
    }

    private static void bridge(float[] values, int channels, int v, int known, int next) {
        double to = values[next * channels + v];
        double from = known < 0 ? to : values[known * channels + v];
        for (int l = known + 1; l < next; l++) {
            values[l * channels + v] = (float) (from + (to - from) * (l - known) / (next - known));
        }
    }
}
