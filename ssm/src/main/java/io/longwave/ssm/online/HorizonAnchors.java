package io.longwave.ssm.online;

import io.longwave.ssm.conformal.HorizonBands;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How well forecasts of a few anchor horizons went: mean squared error of each way to forecast, and quantiles of the error of what was published.
 * For each anchor beyond one step two forecasts are in flight, issued half the anchor apart; they are judged when their time has come.
 */
final class HorizonAnchors {
    /** Steps ahead. */
    static final int[] STEPS = {1, 4, 16, 64, 256};
    private static final HorizonBands.Anchors ANCHORS = new HorizonBands.Anchors(STEPS);
    /** Ways to forecast, in this order: the readout rolled forward, the last value, the slow level. */
    static final int WAYS = 3;
    private static final int IN_FLIGHT = 2;
    private static final int ISSUED = WAYS + 1;
    private static final double MEMORY = 100;
    static final int BYTES = 4 * ((STEPS.length - 1) * IN_FLIGHT * ISSUED + STEPS.length * WAYS) + ANCHORS.bytes();

    // [anchor - 1][slot][way, then published], NaN where nothing is in flight
    private final float[] inFlight = new float[(STEPS.length - 1) * IN_FLIGHT * ISSUED];
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

    /** Highest anchor index whose forecast starts at this tick; 0 if none. */
    static int issuedAt(long tick) {
        int anchor = 0;
        while (anchor + 1 < STEPS.length && tick % (STEPS[anchor + 1] / IN_FLIGHT) == 0) {
            anchor++;
        }
        return anchor;
    }

    /** Judges forecasts due at this tick. */
    void judge(long tick, double value) {
        int highest = issuedAt(tick);
        for (int anchor = 1; anchor <= highest; anchor++) {
            int slot = slot(tick, anchor);
            if (!Float.isNaN(inFlight[slot])) {
                learn(anchor, value - inFlight[slot], value - inFlight[slot + 1], value - inFlight[slot + 2],
                        value - inFlight[slot + WAYS]);
                inFlight[slot] = Float.NaN;
            }
        }
    }

    /** Drops forecasts due at this tick, at which there was no sample. */
    void miss(long tick) {
        int highest = issuedAt(tick);
        for (int anchor = 1; anchor <= highest; anchor++) {
            inFlight[slot(tick, anchor)] = Float.NaN;
        }
    }

    void issue(long tick, int anchor, double rolled, double stay, double level, double published) {
        int slot = slot(tick, anchor);
        inFlight[slot] = (float) rolled;
        inFlight[slot + 1] = (float) stay;
        inFlight[slot + 2] = (float) level;
        inFlight[slot + WAYS] = (float) published;
    }

    // A forecast issued at tick t for anchor h comes due at t + h, when its slot is the next to be used again.
    private static int slot(long tick, int anchor) {
        int slot = (int) (tick / (STEPS[anchor] / IN_FLIGHT) % IN_FLIGHT);
        return ((anchor - 1) * IN_FLIGHT + slot) * ISSUED;
    }

    /** Learns from the errors of the three ways and of the published forecast. */
    void learn(int anchor, double rolled, double stay, double level, double published) {
        int first = anchor * WAYS;
        int n = bands.judged(anchor);
        double gain = Math.max(1.0 / (n + 1), 1 / MEMORY);
        bands.observe(anchor, Math.abs(published));
        squaredError[first] = mean(squaredError[first], rolled * rolled, gain, n);
        squaredError[first + 1] = mean(squaredError[first + 1], stay * stay, gain, n);
        squaredError[first + 2] = mean(squaredError[first + 2], level * level, gain, n);
    }

    private static float mean(float mean, double squared, double gain, int n) {
        // one outlier may not decide which way is best for a long time
        double harmless = n < 5 ? squared : Math.min(squared, 16.0 * mean + Float.MIN_NORMAL);
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
