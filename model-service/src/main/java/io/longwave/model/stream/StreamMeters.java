package io.longwave.model.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;

/** What the stream tells Prometheus. Nothing in a batch depends on it. */
final class StreamMeters {
    private final MeterRegistry registry;
    private final Timer batches;
    private final Timer steps;
    private final DistributionSummary batchRecords;
    private final Counter checkpoints;
    private final Counter retries;
    private final Counter bisections;
    private final Counter lost;

    StreamMeters(MeterRegistry registry) {
        this.registry = registry;
        batches = Timer.builder("longwave.stream.batch").description("one batch, from its first statement to its commit")
                .register(registry);
        steps = Timer.builder("longwave.stream.step").description("the part of a batch spent in models and in reading states")
                .register(registry);
        batchRecords = DistributionSummary.builder("longwave.stream.batch.records").description("Kafka records in one batch")
                .register(registry);
        checkpoints = Counter.builder("longwave.stream.checkpoints").description("states of series that were saved").register(registry);
        retries = Counter.builder("longwave.stream.retries").description("batches tried again after a failure of the database")
                .register(registry);
        bisections = Counter.builder("longwave.stream.bisections").description("batches and records cut in two to find what is bad")
                .register(registry);
        lost = Counter.builder("longwave.stream.lost").description("partitions that another owner took over").register(registry);
    }

    /** A committed batch, with the states it saved and what it added to the counters in the database. */
    void committed(int records, Duration inModels, Duration total, int saved, Map<String, Long> counts) {
        batches.record(total);
        steps.record(inModels);
        batchRecords.record(records);
        checkpoints.increment(saved);
        counts.forEach((name, count) -> Counter.builder("longwave.stream.items").tag("what", name)
                .description("what became of records and samples, as in the table stream_counter").register(registry).increment(count));
    }

    void retried() {
        retries.increment();
    }

    void bisected() {
        bisections.increment();
    }

    void lost() {
        lost.increment();
    }

    MeterRegistry registry() {
        return registry;
    }
}
