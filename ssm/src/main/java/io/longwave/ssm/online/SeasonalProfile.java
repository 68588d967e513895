package io.longwave.ssm.online;

import java.nio.ByteBuffer;

/**
 * What time of day and of week add to a series: {@value #DAILY} nodes over a day and {@value #WEEKLY} over a week, linear between them, learned by
 * exponential forgetting. A cadence too coarse for a period leaves its nodes at zero.
 */
final class SeasonalProfile {
    static final int DAILY = 48;
    static final int WEEKLY = 84;
    static final int BYTES = 4 * (DAILY + WEEKLY);

    private static final long DAY = 86_400_000_000_000L;
    private static final long WEEK = 7 * DAY;
    // share of a new period that enters the profile once it is old
    private static final double DAILY_GAIN = 0.25;
    private static final double WEEKLY_GAIN = 0.2;

    private final float[] daily = new float[DAILY];
    private final float[] weekly = new float[WEEKLY];

    SeasonalProfile copy() {
        SeasonalProfile copy = new SeasonalProfile();
        System.arraycopy(daily, 0, copy.daily, 0, DAILY);
        System.arraycopy(weekly, 0, copy.weekly, 0, WEEKLY);
        return copy;
    }

    double at(long timeNanos) {
        return at(daily, DAY, timeNanos) + at(weekly, WEEK, timeNanos);
    }

    /**
     * Moves the nodes around this time towards what was seen.
     *
     * @param deviation value minus slow level, in the unit of the profile
     * @param stepNanos usual distance of samples
     * @param ageNanos time since the first sample
     */
    void learn(long timeNanos, double deviation, long stepNanos, long ageNanos) {
        double error = deviation - at(timeNanos);
        if (stepNanos <= DAY / 4) {
            learn(daily, DAY, timeNanos, error, stepNanos, Math.max(DAILY_GAIN, 1.0 / (1 + (double) ageNanos / DAY)));
        }
        if (stepNanos <= WEEK / 4 && (stepNanos > DAY / 4 || ageNanos > DAY)) {
            learn(weekly, WEEK, timeNanos, error, stepNanos, Math.max(WEEKLY_GAIN, 0.5 / (1 + (double) ageNanos / WEEK)));
        }
    }

    private static double at(float[] nodes, long period, long timeNanos) {
        long width = period / nodes.length;
        long phase = Math.floorMod(timeNanos, period);
        int left = (int) (phase / width);
        int right = left + 1 == nodes.length ? 0 : left + 1;
        double weight = (double) (phase - left * width) / width;
        return Math.fma(weight, nodes[right] - (double) nodes[left], nodes[left]);
    }

    private static void learn(float[] nodes, long period, long timeNanos, double error, long stepNanos, double gainPerPeriod) {
        long width = period / nodes.length;
        long phase = Math.floorMod(timeNanos, period);
        int left = (int) (phase / width);
        int right = left + 1 == nodes.length ? 0 : left + 1;
        double weight = (double) (phase - left * width) / width;
        // Several samples fall on a node within one period; together they should have the gain of one period.
        double gain = Math.min(gainPerPeriod, 1.5 * gainPerPeriod * stepNanos / width);
        double share = (1 - weight) * (1 - weight) + weight * weight;
        nodes[left] = (float) (nodes[left] + gain * (1 - weight) / share * error);
        nodes[right] = (float) (nodes[right] + gain * weight / share * error);
    }

    void rescale(double factor) {
        for (int i = 0; i < DAILY; i++) {
            daily[i] = (float) (daily[i] * factor);
        }
        for (int i = 0; i < WEEKLY; i++) {
            weekly[i] = (float) (weekly[i] * factor);
        }
    }

    void write(ByteBuffer out) {
        for (float node : daily) {
            out.putFloat(node);
        }
        for (float node : weekly) {
            out.putFloat(node);
        }
    }

    void read(ByteBuffer in) {
        for (int i = 0; i < DAILY; i++) {
            daily[i] = in.getFloat();
        }
        for (int i = 0; i < WEEKLY; i++) {
            weekly[i] = in.getFloat();
        }
    }
}
