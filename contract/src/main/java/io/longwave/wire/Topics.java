package io.longwave.wire;

/** Names of the Kafka topics. A change of partition count is a new version of the topic, because keys would move. */
public final class Topics {
    /** Samples of series of a partition, and control records, each of one series; a record is keyed by its first series. */
    public static final String SAMPLES = "longwave.samples.v1";
    /** What existing producers write in their own format and with any key. */
    public static final String INTAKE = "longwave.intake.v1";
    /** Records and lines that could not be used, with their reason. */
    public static final String DEAD_LETTER = "longwave.deadletter.v1";
    /** Anomalies that have begun or ended, each an {@link AnomalyNotice}. */
    public static final String ANOMALIES = "longwave.anomalies.v1";

    private Topics() {}
}
