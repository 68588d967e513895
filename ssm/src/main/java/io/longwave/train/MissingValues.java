package io.longwave.train;

import java.util.Arrays;

/**
 * The one rule for values that a file marks as missing, NaN here: inside a sequence the straight line between the nearest known values of the same
 * channel, at its ends the nearest known value, and 0 where a channel has none.
 */
public final class MissingValues {

    private MissingValues() {}

    /** Fills in place. @param values [L, V], NaN where missing */
    public static void fill(float[] values, int length, int channels) {
        double[] channel = new double[length];
        for (int v = 0; v < channels; v++) {
            for (int l = 0; l < length; l++) {
                channel[l] = values[l * channels + v];
            }
            fill(channel);
            for (int l = 0; l < length; l++) {
                values[l * channels + v] = (float) channel[l];
            }
        }
    }

    /** Fills one channel in place. @param channel [L], NaN where missing */
    public static void fill(double[] channel) {
        int known = -1;
        for (int l = 0; l < channel.length; l++) {
            if (!Double.isNaN(channel[l])) {
                bridge(channel, known, l);
                known = l;
            }
        }
        Arrays.fill(channel, known + 1, channel.length, known < 0 ? 0 : channel[known]);
    }

    private static void bridge(double[] channel, int known, int next) {
        double to = channel[next];
        double from = known < 0 ? to : channel[known];
        for (int l = known + 1; l < next; l++) {
            channel[l] = from + (to - from) * (l - known) / (next - known);
        }
    }
}
