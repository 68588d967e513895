package io.longwave.ssm.online;

import java.nio.ByteBuffer;

/**
 * What time of day and of week add to a series: {@value #DAILY} nodes over a day and {@value #WEEKLY} over a week, linear between them, learned by
 * exponential forgetting. A cadence too coarse for a period leaves its nodes at zero. A node that no sample has come near in a whole period, of a weekend or a night without
 * samples, says what lies between its neighbours that were learned: all of those may carry the distance of the values from a slow level that lags behind them, and zero would not.
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

    /** Share of a sample that is enough to tell of a node: two minutes on the way from one of the day to the next. */
    private static final double NEAR = 1.0 / 16;

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

    /**
     * Season at the time of a new sample, as known before this day and week came near it.
     *
     * @param ageNanos time since the first sample
     */
    double enter(long timeNanos, long ageNanos) {
        int piece = (int) (Math.floorMod(timeNanos, DAY) / (DAY / DAILY));
        if (piece != dailyPiece) {
            boolean next = dailyPiece >= 0 && piece == (dailyPiece + 1) % DAILY;
            dailyLeft = next ? dailyRight : node(daily, piece, ageNanos > DAY);
            dailyRight = node(daily, (piece + 1) % DAILY, ageNanos > DAY);
            dailyPiece = piece;
        }
        piece = (int) (Math.floorMod(timeNanos, WEEK) / (WEEK / WEEKLY));
        if (piece != weeklyPiece) {
            boolean next = weeklyPiece >= 0 && piece == (weeklyPiece + 1) % WEEKLY;
            weeklyLeft = next ? weeklyRight : node(weekly, piece, ageNanos > WEEK);
            weeklyRight = node(weekly, (piece + 1) % WEEKLY, ageNanos > WEEK);
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
     *
     * @param ageNanos time from the first sample to the present
     */
    double at(long timeNanos, long presentNanos, long ageNanos) {
        long ahead = timeNanos - presentNanos;
        return at(daily, DAY, timeNanos, ageNanos, ahead < DAY / 2 ? dailyPiece : -1, dailyLeft, dailyRight)
                + at(weekly, WEEK, timeNanos, ageNanos, ahead < WEEK / 2 ? weeklyPiece : -1, weeklyLeft, weeklyRight);
    }

    private static double at(float[] nodes, long period, long timeNanos, long ageNanos, int kept, float keptLeft, float keptRight) {
        int left = (int) (Math.floorMod(timeNanos, period) / (period / nodes.length));
        int right = left + 1 == nodes.length ? 0 : left + 1;
        int keptNext = kept + 1 == nodes.length ? 0 : kept + 1;
        double weight = weight(timeNanos, period, nodes.length);
        float from = node(nodes, left, ageNanos > period);
        float to = weight == 0 ? from : node(nodes, right, ageNanos > period);
        if (kept >= 0) {
            from = left == kept ? keptLeft : left == keptNext ? keptRight : from;
            to = right == kept ? keptLeft : right == keptNext ? keptRight : to;
        }
        return Math.fma(weight, (double) to - from, from);
    }

    /**
     * What a node says.
     *
     * @param settled whether a whole period has passed, so that a node at exactly zero is one that nothing was learned of
     */
    private static float node(float[] nodes, int n, boolean settled) {
        if (!settled || nodes[n] != 0) {
            return nodes[n];
        }
        int before = 1;
        while (before < nodes.length && nodes[Math.floorMod(n - before, nodes.length)] == 0) {
            before++;
        }
        if (before == nodes.length) {
            return 0;
        }
        int after = 1;
        while (nodes[(n + after) % nodes.length] == 0) {
            after++;
        }
        double left = nodes[Math.floorMod(n - before, nodes.length)];
        double right = nodes[(n + after) % nodes.length];
        return (float) Math.fma((double) before / (before + after), right - left, left);
    }

    /**
     * Moves the nodes around this time towards what was seen.
     *
     * @param deviation value minus slow level, in the unit of the profile
     * @param stepNanos usual distance of samples
     * @param ageNanos time since the first sample
     */
    void learn(long timeNanos, double deviation, long stepNanos, long ageNanos) {
        double error = deviation - at(daily, DAY, timeNanos, ageNanos, -1, 0, 0) - at(weekly, WEEK, timeNanos, ageNanos, -1, 0, 0);
        if (stepNanos <= DAY / 4) {
            learn(daily, DAY, timeNanos, error, stepNanos, ageNanos > DAY, Math.max(DAILY_GAIN, 1.0 / (1 + (double) ageNanos / DAY)));
        }
        if (stepNanos <= WEEK / 4 && (stepNanos > DAY / 4 || ageNanos > DAY)) {
            learn(weekly, WEEK, timeNanos, error, stepNanos, ageNanos > WEEK, Math.max(WEEKLY_GAIN, 0.5 / (1 + (double) ageNanos / WEEK)));
        }
    }

    private static void learn(float[] nodes, long period, long timeNanos, double error, long stepNanos, boolean settled,
            double gainPerPeriod) {
        long width = period / nodes.length;
        long phase = Math.floorMod(timeNanos, period);
        int left = (int) (phase / width);
        int right = left + 1 == nodes.length ? 0 : left + 1;
        double weight = (double) (phase - left * width) / width;
        // Several samples fall on a node within one period; together they should have the gain of one period.
        double gain = Math.min(gainPerPeriod, 1.5 * gainPerPeriod * stepNanos / width);
        double share = (1 - weight) * (1 - weight) + weight * weight;
        learn(nodes, left, 1 - weight, settled, gain * (1 - weight) / share * error);
        learn(nodes, right, weight, settled, gain * weight / share * error);
    }

    /** A node that nothing was learned of stays so while samples come no nearer than the jitter of their times. */
    private static void learn(float[] nodes, int n, double weight, boolean settled, double change) {
        if (weight >= NEAR || nodes[n] != 0) {
            nodes[n] = (float) (node(nodes, n, settled) + change);
        }
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
