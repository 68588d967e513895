package io.longwave.ssm.online;

import io.longwave.ssm.conformal.TailCalibrator;
import java.nio.ByteBuffer;

/**
 * Joins what speaks against a sample into one calibrated tail probability: its own surprise, a drift of recent surprises to one side, and a long stay
 * away from the slow level. Each is turned into -ln p by its own recent past; their weighted sum is calibrated once more, because they depend on each
 * other and on themselves, and so that one event raises one alarm: what was strong evidence a moment ago is discounted now.
 */
final class Evidence {
    static final int BYTES = 3 * TailCalibrator.BYTES + 3 * 8;

    private static final double DRIFT_GAIN = 0.1;
    private static final double STAY_GAIN = 0.02;
    private static final double DRIFT_WEIGHT = 0.5;
    private static final double STAY_WEIGHT = 0.5;
    private static final double DISCOUNT = 0.5;
    private static final double DISCOUNT_DECAY = 0.97;
    // one sample may not dominate what is remembered of many
    private static final double LARGEST_SURPRISE = 4;
    private static final double LARGEST_DISTANCE = 8;
    // -ln p beyond this is numerically one
    private static final double LARGEST_LOG = 35;

    private final TailCalibrator drifts;
    private final TailCalibrator stays;
    private final TailCalibrator sums;
    private double drift;
    private double stay;
    private double recent;

    Evidence() {
        this(new TailCalibrator(TailCalibrator.Prior.HEAVY), new TailCalibrator(TailCalibrator.Prior.HEAVY),
                new TailCalibrator(TailCalibrator.Prior.EXPONENTIAL));
    }

    private Evidence(TailCalibrator drifts, TailCalibrator stays, TailCalibrator sums) {
        this.drifts = drifts;
        this.stays = stays;
        this.sums = sums;
    }

    Evidence copy() {
        Evidence copy = new Evidence(drifts.copy(), stays.copy(), sums.copy());
        copy.drift = drift;
        copy.stay = stay;
        copy.recent = recent;
        return copy;
    }

    /**
     * Weighs a sample.
     *
     * @param tailProbability of its surprise alone
     * @param surprise residual in units of its usual size, with sign
     * @param distance from the slow level in units of the usual distance, with sign
     * @return what speaks against it beyond what did a moment ago
     */
    double weigh(double tailProbability, double surprise, double distance) {
        drift += DRIFT_GAIN * (bounded(surprise, LARGEST_SURPRISE) - drift);
        stay += STAY_GAIN * (bounded(distance, LARGEST_DISTANCE) - stay);
        double sum = Math.min(LARGEST_LOG, -StrictMath.log(tailProbability));
        sum -= DRIFT_WEIGHT * StrictMath.log(drifts.tailProbability(Math.abs(drift)));
        sum -= STAY_WEIGHT * StrictMath.log(stays.tailProbability(Math.abs(stay)));
        double news = Math.max(0, sum - DISCOUNT * recent);
        recent = Math.max(DISCOUNT_DECAY * recent, sum);
        return news;
    }

    /** Probability of evidence at least as strong as what {@link #weigh} said, on samples that behave as before. */
    double tailProbability(double news) {
        return sums.tailProbability(news);
    }

    /** Learns from the sample that was weighed last. */
    void learn(double news) {
        drifts.observe(Math.abs(drift));
        stays.observe(Math.abs(stay));
        sums.observe(news);
    }

    private static double bounded(double value, double largest) {
        return Math.min(largest, Math.max(-largest, value));
    }

    void write(ByteBuffer out) {
        drifts.write(out);
        stays.write(out);
        sums.write(out);
        out.putDouble(drift).putDouble(stay).putDouble(recent);
    }

    void read(ByteBuffer in) {
        drifts.read(in);
        stays.read(in);
        sums.read(in);
        drift = in.getDouble();
        stay = in.getDouble();
        recent = in.getDouble();
    }
}
