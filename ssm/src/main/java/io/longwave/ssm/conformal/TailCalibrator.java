package io.longwave.ssm.conformal;

import java.nio.ByteBuffer;

/**
 * Turns a nonnegative statistic into the probability of a larger one, judged by its own recent past: tracked quantiles in the body, a generalised
 * Pareto tail above the 95 % quantile, and a heavy-tailed prior that fades as evidence comes in. 44 bytes of state.
 */
public final class TailCalibrator {
    /** Bytes {@link #write} puts. */
    public static final int BYTES = QuantileLadder.BYTES + 5 * 4;

    private static final int TAIL = 3;
    private static final double TAIL_SHARE = 1 - QuantileLadder.LEVELS[TAIL];
    private static final double LARGEST_SHAPE = 0.7;

    private final QuantileLadder body;
    // moments of (statistic - threshold) / (mean excess) over exceedances
    private float meanExcess;
    private float meanSquare;
    private int exceedances;
    private final float memory;
    private final float priorStrength;

    /**
     * @param memory samples that are remembered, about
     * @param priorStrength samples after which evidence and prior weigh the same
     */
    public TailCalibrator(double memory, double priorStrength) {
        this(new QuantileLadder(), (float) memory, (float) priorStrength);
        start(1);
    }

    private TailCalibrator(QuantileLadder body, float memory, float priorStrength) {
        this.body = body;
        this.memory = memory;
        this.priorStrength = priorStrength;
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
        // Prior: P(S > s) = (1 + s / (3 median))^-3. It keeps a young calibrator from claiming one in a million.
        double base = 1 + statistic / (3 * body.tracked(0));
        double prior = 1 / (base * base * base);
        double weight = priorStrength / (priorStrength + body.count());
        weight *= weight;
        return Math.max(Double.MIN_NORMAL, learned + weight * (prior - learned));
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
            double excess = Math.min(statistic - threshold, 12.0 * meanExcess);
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

    public TailCalibrator copy() {
        TailCalibrator copy = new TailCalibrator(body.copy(), memory, priorStrength);
        copy.meanExcess = meanExcess;
        copy.meanSquare = meanSquare;
        copy.exceedances = exceedances;
        return copy;
    }

    public void write(ByteBuffer out) {
        body.write(out);
        out.putFloat(meanExcess).putFloat(meanSquare).putInt(exceedances).putFloat(memory).putFloat(priorStrength);
    }

    public static TailCalibrator read(ByteBuffer in) {
        QuantileLadder body = new QuantileLadder();
        body.read(in);
        float meanExcess = in.getFloat();
        float meanSquare = in.getFloat();
        int exceedances = in.getInt();
        TailCalibrator calibrator = new TailCalibrator(body, in.getFloat(), in.getFloat());
        calibrator.meanExcess = meanExcess;
        calibrator.meanSquare = meanSquare;
        calibrator.exceedances = exceedances;
        return calibrator;
    }
}
