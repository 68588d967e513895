package io.longwave.ssm.streaming;

import org.jspecify.annotations.Nullable;

/** What a model remembers of one series. Confined to one thread; {@link #copy()} gives an independent twin. */
public interface SeriesState {

    /**
     * Judges a sample by what was expected before it was seen, then learns from it.
     *
     * @param timeNanos nanoseconds since the epoch, later than that of every sample before
     * @param value finite
     * @return null while the model warms up
     */
    @Nullable
    Judgement step(long timeNanos, double value);

    /**
     * How wide the band of a level around the next sample is, as a multiple of the 90 % band that its {@link Judgement} tells.
     *
     * @param level in (0, 1)
     */
    double relativeWidth(double level);

    /**
     * Future values from the present state, which stays as it is.
     *
     * @param horizon H, steps ahead, at least 1
     * @param levels K interval levels in (0, 1)
     * @return null while the model warms up
     */
    @Nullable
    Outlook forecast(int horizon, double[] levels);

    /** Usual distance of samples, nanoseconds; 0 while it is not known. */
    long stepNanos();

    /** Samples seen so far. */
    long samplesSeen();

    /** Time of the last sample; {@link Long#MIN_VALUE} before the first. */
    long lastTimeNanos();

    /** An independent copy with the same bits. */
    SeriesState copy();

    /** The state as bytes for {@link StreamingModel#readState}. */
    byte[] write();

    /**
     * Verdict on one sample.
     *
     * @param predicted expected value, in the unit of the series
     * @param lower lower bound of the 90 % band around it
     * @param upper upper bound of that band
     * @param score anomaly score in [0, 1]: a threshold t raises false alarms at a rate of about 1 - t on samples that behave as before
     */
    record Judgement(double predicted, double lower, double upper, double score) {}

    /**
     * Forecast from one state.
     *
     * @param stepNanos distance of two steps, the usual distance of samples
     * @param mean [H]
     * @param lower [K][H]
     * @param upper [K][H]
     * @param achievedCoverage [K], share of past samples inside the one-step band of that level; NaN until measured
     */
    record Outlook(long stepNanos, double[] mean, double[][] lower, double[][] upper, double[] achievedCoverage) {}
}
