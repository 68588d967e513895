package io.longwave.ingest.line;

/** Receives what a {@link LineParser} reads, in the order of the request. */
public interface PointSink {
    /** A number; only from lines that are good as a whole. */
    void sample(Series series, long timeNanos, double value);

    /** A good line, after its samples. Fields that carry no number are counted here. */
    void point(int strings, int booleans);

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
