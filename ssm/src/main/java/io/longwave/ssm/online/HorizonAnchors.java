package io.longwave.ssm.online;

import io.longwave.ssm.conformal.HorizonBands;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How well forecasts of a few anchor horizons went: mean squared error of each way to forecast, and quantiles of the error of what was published.
 * For each anchor beyond one step two forecasts are in flight, one on each of two tracks; they are judged when their time has come.
 * A track issues forecasts of two lengths in turn, each when the one before comes due. Were all of them as long as the anchor, the last value would look like the best forecast of a series
 * whose period divides it, and all would be issued in the same phase of it.
 */
final class HorizonAnchors {
    /** Steps ahead. */
    static final int[] STEPS = {1, 4, 16, 64, 256};
    private static final HorizonBands.Anchors ANCHORS = new HorizonBands.Anchors(STEPS);
    /** Ways to forecast, in this order: the readout rolled forward, the last value, the slow level. */
    static final int WAYS = 3;
    private static final int TRACKS = 2;
    /** [anchor - 1][track], the two lengths in turn: around the anchor, the sum of both tracks the same, so that they never issue at once, and one that few periods divide. */
    private static final int[][][] LENGTHS = {{{4, 5}, {3, 6}}, {{16, 19}, {14, 21}}, {{64, 75}, {53, 86}}, {{256, 301}, {211, 346}}};
    private static final int ISSUED = WAYS + 1;
    private static final double MEMORY = 100;
    /** Share of the usual distance from the slow level below which no error is cut, however small those before it were. */
    private static final double NEVER_CUT = 1.0 / 64;
    static final int BYTES = 4 * ((STEPS.length - 1) * TRACKS * ISSUED + STEPS.length * WAYS) + ANCHORS.bytes();

    // [anchor - 1][track][way, then published], NaN where nothing is in flight
    private final float[] inFlight = new float[(STEPS.length - 1) * TRACKS * ISSUED];
    // [anchor][way]
    private final float[] squaredError = new float[STEPS.length * WAYS];
    private final HorizonBands bands;

    HorizonAnchors() {
        this(new HorizonBands(ANCHORS));
    }

    private HorizonAnchors(HorizonBands bands) {
        this.bands = bands;
        Arrays.fill(inFlight, Float.NaN);
    }

    HorizonAnchors copy() {
        HorizonAnchors copy = new HorizonAnchors(bands.copy());
        System.arraycopy(inFlight, 0, copy.inFlight, 0, inFlight.length);
        System.arraycopy(squaredError, 0, copy.squaredError, 0, squaredError.length);
        return copy;
    }

    /** Forgets forecasts in flight, whose times no longer mean what they meant. */
    void cancel() {
        Arrays.fill(inFlight, Float.NaN);
    }

    /** Steps of the forecast of an anchor that is issued on a track at this tick, when the one before comes due; 0 if none is. */
    private static int issued(long tick, int anchor, int track) {
        int[] lengths = LENGTHS[anchor - 1][track];
        long clock = (tick + (long) track * (STEPS[anchor] / TRACKS)) % (lengths[0] + lengths[1]);
        return clock == 0 ? lengths[0] : clock == lengths[0] ? lengths[1] : 0;
    }

    /** Makes the forecasts that start at a tick. */
    @FunctionalInterface
    interface Issue {
        /**
         * @param slot of {@link #issue}
         * @param steps ahead, not fewer than those of the call before
         */
        void make(int slot, int anchor, int steps);
    }

    /** Asks for each forecast that starts at this tick. */
    void forEachIssued(long tick, Issue issue) {
        for (int anchor = 1; anchor < STEPS.length; anchor++) {
            for (int track = 0; track < TRACKS; track++) {
                int steps = issued(tick, anchor, track);
                if (steps > 0) {
                    issue.make(slot(anchor, track), anchor, steps);
                }
            }
        }
    }

    /**
     * Judges forecasts due at this tick.
     *
     * @param deviation usual distance from the slow level
     */
    void judge(long tick, double value, double deviation) {
        forEachIssued(tick, (slot, anchor, _) -> {
            if (!Float.isNaN(inFlight[slot])) {
                learn(anchor, value - inFlight[slot], value - inFlight[slot + 1], value - inFlight[slot + 2],
                        value - inFlight[slot + WAYS], deviation);
                inFlight[slot] = Float.NaN;
            }
        });
    }

    /** Drops forecasts due at this tick, at which there was no sample. */
    void miss(long tick) {
        forEachIssued(tick, (slot, _, _) -> inFlight[slot] = Float.NaN);
    }

    void issue(int slot, double rolled, double stay, double level, double published) {
        inFlight[slot] = (float) rolled;
        inFlight[slot + 1] = (float) stay;
        inFlight[slot + 2] = (float) level;
        inFlight[slot + WAYS] = (float) published;
    }

    private static int slot(int anchor, int track) {
        return ((anchor - 1) * TRACKS + track) * ISSUED;
    }

    /**
     * Learns from the errors of the three ways and of the published forecast.
     *
     * @param deviation usual distance from the slow level
     */
    void learn(int anchor, double rolled, double stay, double level, double published, double deviation) {
        int first = anchor * WAYS;
        int n = bands.judged(anchor);
        double gain = Math.max(1.0 / (n + 1), 1 / MEMORY);
        bands.observe(anchor, Math.abs(published));
        double uncut = NEVER_CUT * deviation * NEVER_CUT * deviation;
        squaredError[first] = mean(squaredError[first], rolled * rolled, gain, n, uncut);
        squaredError[first + 1] = mean(squaredError[first + 1], stay * stay, gain, n, uncut);
        squaredError[first + 2] = mean(squaredError[first + 2], level * level, gain, n, uncut);
    }

    private static float mean(float mean, double squared, double gain, int n, double uncut) {
        // one outlier may not decide which way is best for a long time; where there were no errors yet, the first must count for something
        double harmless = n < 5 ? squared : Math.min(squared, 16.0 * mean + uncut + Float.MIN_NORMAL);
        return (float) Math.min(1e30, mean + gain * (harmless - mean));
    }

    /**
     * Forecast mixed from the three ways, weighted by how well each did at horizons like this one.
     *
     * @param steps h, steps ahead
     */
    double mix(int steps, double rolled, double stay, double level) {
        double position = ANCHORS.position(steps);
        int left = Math.min((int) position, STEPS.length - 1);
        double weight = position - left;
        double atLeft = mixAt(left, rolled, stay, level);
        if (weight == 0 || left == STEPS.length - 1) {
            return atLeft;
        }
        return Math.fma(weight, mixAt(left + 1, rolled, stay, level) - atLeft, atLeft);
    }

    double mixAt(int anchor, double rolled, double stay, double level) {
        int known = anchor;
        while (known > 0 && bands.judged(known) < 3) {
            known--;
        }
        int first = known * WAYS;
        double a = squaredError[first] + 1e-12;
        double b = squaredError[first + 1] + 1e-12;
        double c = squaredError[first + 2] + 1e-12;
        double best = Math.min(a, Math.min(b, c));
        double wa = best / a;
        double wb = best / b;
        double wc = best / c;
        wa = wa * wa * wa;
        wb = wb * wb * wb;
        wc = wc * wc * wc;
        return (wa * rolled + wb * stay + wc * level) / (wa + wb + wc);
    }

    /**
     * Half-width of the band of this level.
     *
     * @param oneStep half-width one step ahead
     */
    double halfWidth(int steps, double level, double oneStep) {
        return bands.halfWidth(steps, level, oneStep);
    }

    /** Follows a change of unit and origin. */
    void rebase(double origin, double factor) {
        for (int i = 0; i < inFlight.length; i++) {
            inFlight[i] = (float) ((inFlight[i] - origin) * factor);
        }
        for (int i = 0; i < squaredError.length; i++) {
            squaredError[i] = (float) Math.min(1e30, squaredError[i] * factor * factor);
        }
        bands.rescale(factor);
    }

    void write(ByteBuffer out) {
        for (float value : inFlight) {
            out.putFloat(value);
        }
        for (float value : squaredError) {
            out.putFloat(value);
        }
        bands.write(out);
    }

    void read(ByteBuffer in) {
        for (int i = 0; i < inFlight.length; i++) {
            inFlight[i] = in.getFloat();
        }
        for (int i = 0; i < squaredError.length; i++) {
            squaredError[i] = in.getFloat();
        }
        bands.read(in);
    }
}
