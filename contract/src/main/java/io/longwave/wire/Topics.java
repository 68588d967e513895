package io.longwave.wire;

/** Names of the Kafka topics. A change of partition count is a new version of the topic, because keys would move. */
public final class Topics {
    /** Batches of samples and control records, keyed by shard key. */
    public static final String SAMPLES = "longwave.samples.v1";
    /** What existing producers write in their own format and with any key. */
    public static final String INTAKE = "longwave.intake.v1";
    /** Records and lines that could not be used, with their reason. */
    public static final String DEAD_LETTER = "longwave.deadletter.v1";

    private Topics() {}
}
