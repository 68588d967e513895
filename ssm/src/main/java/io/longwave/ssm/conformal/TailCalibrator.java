package io.longwave.ssm.conformal;

import java.nio.ByteBuffer;

/**
 * Turns a nonnegative statistic into the probability of a larger one, judged by its own recent past: tracked quantiles in the body, a generalised
 * Pareto tail above the 99 % quantile, and a prior that fades as evidence comes in. 40 bytes of state.
 *
 * <p>The tail starts that far out so that rare but regular values, a spike on every hundredth sample say, are still counted and not extrapolated.
 */
public final class TailCalibrator {
    /** Bytes {@link #write} puts. */
    public static final int BYTES = QuantileLadder.BYTES + 3 * 4;

    private static final int TAIL = 4;
    private static final double TAIL_SHARE = 1 - QuantileLadder.LEVELS[TAIL];
    private static final double LARGEST_SHAPE = 0.7;
    private static final double LARGEST_EXCESS = 12;
    /** Statistics that are usually remembered, about. */
    static final double MEMORY = 4000;
    private static final double PRIOR_STRENGTH = 60;

    /** What is believed of a statistic before much of it was seen. */
    public enum Prior {
        /** Twice as far is eight times as rare, far out: a young calibrator claims no one in a million. */
        HEAVY,
        /** The statistic is itself a -ln p, which has a unit exponential distribution. */
        EXPONENTIAL
    }

    private final QuantileLadder body;
    // moments of (statistic - threshold) / (mean excess) over exceedances
    private float meanExcess;
    private float meanSquare;
    private int exceedances;
    private final Prior prior;
    private final double memory;

    public TailCalibrator(Prior prior) {
        this(prior, MEMORY);
    }

    /** @param memory statistics that are remembered, about */
    public TailCalibrator(Prior prior, double memory) {
        this(new QuantileLadder(), prior, memory);
        start(1);
    }

    private TailCalibrator(QuantileLadder body, Prior prior, double memory) {
        this.body = body;
        this.prior = prior;
        this.memory = memory;
    }

    /** Forgets everything; the first guess is an exponential distribution with this mean. */
    public void start(double mean) {
        body.start(mean);
        meanExcess = (float) mean;
        meanSquare = (float) (2.5 * mean * mean);
        exceedances = 0;
    }

    /** Probability of a statistic above this one on samples that behave as before, in (0, 1]. */
    public double tailProbability(double statistic) {
        double threshold = body.tracked(TAIL);
        double learned;
        if (statistic <= threshold) {
            learned = body.bodyTailProbability(statistic, TAIL);
        } else {
            learned = TAIL_SHARE * excessProbability(statistic - threshold);
        }
        double weight = PRIOR_STRENGTH / (PRIOR_STRENGTH + body.count());
        weight *= weight;
        return Math.max(Double.MIN_NORMAL, learned + weight * (priorProbability(statistic) - learned));
    }

    private double priorProbability(double statistic) {
        return switch (prior) {
            case HEAVY -> {
                double base = 1 + statistic / (3 * body.tracked(0));
                yield 1 / (base * base * base);
            }
            case EXPONENTIAL -> StrictMath.exp(-statistic);
        };
    }

    private double excessProbability(double excess) {
        double variance = Math.max(meanSquare - (double) meanExcess * meanExcess, 0);
        double ratio = (double) meanExcess * meanExcess / Math.max(variance, Double.MIN_NORMAL);
        double shape = Math.min(LARGEST_SHAPE, Math.max(0, 0.5 * (1 - ratio)));
        double scale = meanExcess * (1 - shape);
        if (shape < 1e-6) {
            return StrictMath.exp(-excess / scale);
        }
        return StrictMath.pow(1 + shape * excess / scale, -1 / shape);
    }

    /** Learns from a statistic. One far outlier moves the tail by a bounded amount. */
    public void observe(double statistic) {
        double threshold = body.tracked(TAIL);
        if (statistic > threshold) {
            double excess = Math.min(statistic - threshold, LARGEST_EXCESS * meanExcess);
            double gain = Math.max(1 / (memory * TAIL_SHARE), 1.0 / (exceedances + 10));
            meanExcess = (float) Math.max(1e-30, meanExcess + gain * (excess - meanExcess));
            meanSquare = (float) Math.max(1e-37, meanSquare + gain * (excess * excess - meanSquare));
            if (exceedances < Integer.MAX_VALUE) {
                exceedances++;
            }
        }
        body.observe(statistic, memory);
    }

    /** Quantiles of the statistic. */
    public QuantileLadder body() {
        return body;
    }

    /** Quantile of a level as a multiple of that of 0.9. */
    public double relativeWidth(double level) {
        return body.quantile(level) / body.quantile(0.9);
    }

    public TailCalibrator copy() {
        TailCalibrator copy = new TailCalibrator(body.copy(), prior, memory);
        copy.meanExcess = meanExcess;
        copy.meanSquare = meanSquare;
        copy.exceedances = exceedances;
        return copy;
    }

    public void write(ByteBuffer out) {
        body.write(out);
        out.putFloat(meanExcess).putFloat(meanSquare).putInt(exceedances);
    }

    public void read(ByteBuffer in) {
        body.read(in);
        meanExcess = in.getFloat();
        meanSquare = in.getFloat();
        exceedances = in.getInt();
    }
}
