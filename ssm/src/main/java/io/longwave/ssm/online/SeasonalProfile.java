package io.longwave.ssm.online;

import java.nio.ByteBuffer;

/**
 * What time of day and of week add to a series: {@value #DAILY} nodes over a day and {@value #WEEKLY} over a week, linear between them, learned by
 * exponential forgetting. A cadence too coarse for a period leaves its nodes at zero.
 *
 * <p>Samples near a node teach it. So that a sample is never explained by its own neighbours of minutes ago, which on a random walk would look like a
 * season, {@link #enter} gives what the nodes said before this day or week came near them.
 */
final class SeasonalProfile {
    static final int DAILY = 48;
    static final int WEEKLY = 84;
    static final int BYTES = 4 * (DAILY + WEEKLY) + 2 * (4 + 4 + 4);

    private static final long DAY = 86_400_000_000_000L;
    private static final long WEEK = 7 * DAY;
    // share of a new period that enters the profile once it is old
    private static final double DAILY_GAIN = 0.25;
    private static final double WEEKLY_GAIN = 0.2;

    private final float[] daily = new float[DAILY];
    private final float[] weekly = new float[WEEKLY];
    // the piece the last sample lay in, and what its two ends were before samples of this period came near; -1 before the first sample
    private int dailyPiece = -1;
    private float dailyLeft;
    private float dailyRight;
    private int weeklyPiece = -1;
    private float weeklyLeft;
    private float weeklyRight;

    SeasonalProfile copy() {
        SeasonalProfile copy = new SeasonalProfile();
        System.arraycopy(daily, 0, copy.daily, 0, DAILY);
        System.arraycopy(weekly, 0, copy.weekly, 0, WEEKLY);
        copy.dailyPiece = dailyPiece;
        copy.dailyLeft = dailyLeft;
        copy.dailyRight = dailyRight;
        copy.weeklyPiece = weeklyPiece;
        copy.weeklyLeft = weeklyLeft;
        copy.weeklyRight = weeklyRight;
        return copy;
    }

    /** Season at the time of a new sample, as known before this day and week came near it. */
    double enter(long timeNanos) {
        int piece = (int) (Math.floorMod(timeNanos, DAY) / (DAY / DAILY));
        if (piece != dailyPiece) {
            boolean next = dailyPiece >= 0 && piece == (dailyPiece + 1) % DAILY;
            dailyLeft = next ? dailyRight : daily[piece];
            dailyRight = daily[(piece + 1) % DAILY];
            dailyPiece = piece;
        }
        piece = (int) (Math.floorMod(timeNanos, WEEK) / (WEEK / WEEKLY));
        if (piece != weeklyPiece) {
            boolean next = weeklyPiece >= 0 && piece == (weeklyPiece + 1) % WEEKLY;
            weeklyLeft = next ? weeklyRight : weekly[piece];
            weeklyRight = weekly[(piece + 1) % WEEKLY];
            weeklyPiece = piece;
        }
        return Math.fma(weight(timeNanos, DAY, DAILY), (double) dailyRight - dailyLeft, dailyLeft)
                + Math.fma(weight(timeNanos, WEEK, WEEKLY), (double) weeklyRight - weeklyLeft, weeklyLeft);
    }

    private static double weight(long timeNanos, long period, int nodes) {
        long width = period / nodes;
        return (double) (Math.floorMod(timeNanos, period) % width) / width;
    }

    /**
     * Season at a time to come, as a continuation of what {@link #enter} gave for the present: the piece around the present keeps its ends until half a
     * period has passed.
     */
    double at(long timeNanos, long presentNanos) {
        long ahead = timeNanos - presentNanos;
        return at(daily, DAY, timeNanos, ahead < DAY / 2 ? dailyPiece : -1, dailyLeft, dailyRight)
                + at(weekly, WEEK, timeNanos, ahead < WEEK / 2 ? weeklyPiece : -1, weeklyLeft, weeklyRight);
    }

    private static double at(float[] nodes, long period, long timeNanos, int kept, float keptLeft, float keptRight) {
        int left = (int) (Math.floorMod(timeNanos, period) / (period / nodes.length));
        int right = left + 1 == nodes.length ? 0 : left + 1;
        int keptNext = kept + 1 == nodes.length ? 0 : kept + 1;
        float from = nodes[left];
        float to = nodes[right];
        if (kept >= 0) {
            from = left == kept ? keptLeft : left == keptNext ? keptRight : from;
            to = right == kept ? keptLeft : right == keptNext ? keptRight : to;
        }
        return Math.fma(weight(timeNanos, period, nodes.length), (double) to - from, from);
    }

    /**
     * Moves the nodes around this time towards what was seen.
     *
     * @param deviation value minus slow level, in the unit of the profile
     * @param stepNanos usual distance of samples
     * @param ageNanos time since the first sample
     */
    void learn(long timeNanos, double deviation, long stepNanos, long ageNanos) {
        double error = deviation - at(daily, DAY, timeNanos, -1, 0, 0) - at(weekly, WEEK, timeNanos, -1, 0, 0);
        if (stepNanos <= DAY / 4) {
            learn(daily, DAY, timeNanos, error, stepNanos, Math.max(DAILY_GAIN, 1.0 / (1 + (double) ageNanos / DAY)));
        }
        if (stepNanos <= WEEK / 4 && (stepNanos > DAY / 4 || ageNanos > DAY)) {
            learn(weekly, WEEK, timeNanos, error, stepNanos, Math.max(WEEKLY_GAIN, 0.5 / (1 + (double) ageNanos / WEEK)));
        }
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
        dailyLeft = (float) (dailyLeft * factor);
        dailyRight = (float) (dailyRight * factor);
        weeklyLeft = (float) (weeklyLeft * factor);
        weeklyRight = (float) (weeklyRight * factor);
    }

    void write(ByteBuffer out) {
        for (float node : daily) {
            out.putFloat(node);
        }
        for (float node : weekly) {
            out.putFloat(node);
        }
        out.putInt(dailyPiece).putFloat(dailyLeft).putFloat(dailyRight);
        out.putInt(weeklyPiece).putFloat(weeklyLeft).putFloat(weeklyRight);
    }

    void read(ByteBuffer in) {
        for (int i = 0; i < DAILY; i++) {
            daily[i] = in.getFloat();
        }
        for (int i = 0; i < WEEKLY; i++) {
            weekly[i] = in.getFloat();
        }
        dailyPiece = in.getInt();
        dailyLeft = in.getFloat();
        dailyRight = in.getFloat();
        weeklyPiece = in.getInt();
        weeklyLeft = in.getFloat();
        weeklyRight = in.getFloat();
    }
}
