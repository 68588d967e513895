package io.longwave.ingest.point;

/**
 * Receives the points of a request, in its order. What it calls a line is whatever a protocol refuses as a whole: a line of text, an element of an
 * array, a data point.
 */
public interface PointSink {
    /** A number; only from lines that are good as a whole. */
    void sample(Series series, long timeNanos, double value);

    /** Parts of a good line that are accepted and not stored. */
    void skipped(SkippedKind kind, int count);

    /** A good line, after its samples. */
    void point();

    /**
     * A line without use.
     *
     * @param line number in the request, from 1
     * @param refusal why
     * @param evidence its text and detail, made when asked
     */
    void refused(int line, Refusal refusal, Evidence evidence);

    /** Builds the words about a refused line only when somebody wants to read them: a request may hold millions of such lines. */
    @FunctionalInterface
    interface Evidence {
        /** The line and what is wrong with it. */
        RefusedLine describe();
    }
}
