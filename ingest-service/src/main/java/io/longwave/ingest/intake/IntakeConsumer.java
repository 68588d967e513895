package io.longwave.ingest.intake;

import io.longwave.ingest.point.Refusal;
import io.longwave.ingest.point.RefusedLine;
import io.longwave.ingest.stream.InFlightBytes;
import io.longwave.ingest.stream.InFlightExceededException;
import io.longwave.ingest.stream.IngestMetrics;
import io.longwave.ingest.stream.SampleBatch;
import io.longwave.ingest.stream.SampleStream;
import io.longwave.ingest.stream.WriteReport;
import io.longwave.wire.DeadLetter;
import io.longwave.wire.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Moves records from the intake topic to the stream: what one poll brought becomes samples, dead letters and the position after it in one Kafka
 * transaction, so each record comes out once, whoever is killed when. Several instances share the partitions of the topic.
 *
 * <p>After any failure the clients are made anew and reading goes on from the last position that was committed; a broker that is away is waited for.
 */
final class IntakeConsumer implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(IntakeConsumer.class);
    private static final String SOURCE = "kafka-intake";
    private static final Duration POLL = Duration.ofMillis(500);
    /** So often is memory for a whole poll waited for, which smaller requests may keep taking, before a half of it is tried. */
    private static final int PATIENCE = 3;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final Map<String, Object> consumerSettings;
    private final Map<String, Object> producerSettings;
    private final IntakeRecords records;
    private final SampleStream stream;
    private final InFlightBytes inFlight;
    private final IngestMetrics metrics;
    private final Clock clock;
    private final int maxDeadLetters;
    private final Runnable beforeCommit;
    private final CountDownLatch stopping = new CountDownLatch(1);

    private volatile @Nullable KafkaConsumer<byte[], byte[]> polling;
    private @Nullable Thread thread;

    /** @param beforeCommit called when a transaction has everything but its end; tests fail there */
    IntakeConsumer(Map<String, Object> consumerSettings, Map<String, Object> producerSettings, IntakeRecords records, SampleStream stream,
            InFlightBytes inFlight, IngestMetrics metrics, Clock clock, int maxDeadLetters, Runnable beforeCommit) {
        this.consumerSettings = consumerSettings;
        this.producerSettings = producerSettings;
        this.records = records;
        this.stream = stream;
        this.inFlight = inFlight;
        this.metrics = metrics;
        this.clock = clock;
        this.maxDeadLetters = maxDeadLetters;
        this.beforeCommit = beforeCommit;
    }

    @Override
    public void start() {
        Thread started = Thread.ofPlatform().name("longwave-intake").unstarted(this::run);
        thread = started;
        started.start();
    }

    @Override
    public void stop() {
        Thread running = thread;
        thread = null;
        stopping.countDown();
        KafkaConsumer<byte[], byte[]> consumer = polling;
        if (consumer != null) {
            consumer.wakeup();
        }
        if (running != null) {
            try {
                if (!running.join(CLOSE)) {
                    running.interrupt(); // it waits for a broker that does not answer
                    running.join(CLOSE.multipliedBy(3));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() { return thread != null; }

    /** Once stopped it stays stopped; a context that is only paused between two uses keeps it running. */
    @Override
    public boolean isPauseable() { return false; }

    private void run() {
        String said = "";
        while (!stopped()) {
            String trouble = stream.trouble(); // until the topics are there
            if (trouble == null) {
                try {
                    move();
                } catch (WakeupException | InterruptException e) {
                    return;
                } catch (RuntimeException | Error e) { // of whatever kind: the end of this thread would be the silent end of the intake
                    if (!String.valueOf(e.getMessage()).equals(said)) {
                        log.warn("records of {} wait: {}", Topics.INTAKE, e.toString());
                        said = String.valueOf(e.getMessage());
                    }
                }
            }
            pause();
        }
    }

    private void move() {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(producerSettings);
        try {
            producer.initTransactions();
            KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(consumerSettings);
            try {
                polling = consumer;
                consumer.subscribe(List.of(Topics.INTAKE), new LossesAtPoll());
                while (!stopped()) {
                    List<ConsumerRecord<byte[], byte[]>> polled = new ArrayList<>();
                    consumer.poll(POLL).forEach(polled::add);
                    if (!polled.isEmpty()) {
                        move(polled, producer, consumer);
                    }
                }
            } finally {
                polling = null;
                consumer.close(CloseOptions.timeout(CLOSE)); // not for as long as a broker that is away might take
            }
        } finally {
            producer.close(CLOSE);
        }
    }

    /**
     * Waits for room in memory; where there never will be enough for all at once, moves one half after the other.
     *
     * @return false if not all of them were moved: what follows must not be either, or its positions would leave the others out
     */
    private boolean move(List<ConsumerRecord<byte[], byte[]>> polled, KafkaProducer<byte[], byte[]> producer,
            KafkaConsumer<byte[], byte[]> consumer) {
        for (int waits = 0; !stopped(); waits++) {
            try (InFlightBytes.Share share = inFlight.open()) {
                SampleBatch batch = new SampleBatch(share);
                List<DeadLetter> letters = new ArrayList<>();
                List<WriteReport> reports = new ArrayList<>();
                Instant now = clock.instant();
                for (ConsumerRecord<byte[], byte[]> record : polled) {
                    WriteReport report = new WriteReport(batch, share, maxDeadLetters - letters.size());
                    parse(record, report);
                    report.deadLetters().forEach(line -> letters.add(deadLetter(record, line, now)));
                    reports.add(report);
                }
                if (!commit(polled, batch, letters, now, producer, consumer)) {
                    return false;
                }
                for (int i = 0; i < reports.size(); i++) {
                    metrics.written(reports.get(i), Math.max(0, polled.get(i).serializedValueSize()));
                }
                return true;
            } catch (InFlightExceededException e) {
                if (!e.tooLargeAlone() && (waits < PATIENCE || polled.size() == 1)) {
                    metrics.overloaded();
                    pause();
                } else if (polled.size() > 1) {
                    return move(polled.subList(0, polled.size() / 2), producer, consumer)
                            && move(polled.subList(polled.size() / 2, polled.size()), producer, consumer);
                } else {
                    return tooLarge(polled, e, producer, consumer);
                }
            }
        }
        return false;
    }

    private void parse(ConsumerRecord<byte[], byte[]> record, WriteReport report) {
        try {
            records.parse(record, report);
        } catch (InFlightExceededException e) {
            throw e;
        } catch (RuntimeException e) {
            // Not foreseen, and not to keep the records behind it from their samples.
            log.error("record {}-{}@{} failed in the program itself", record.topic(), record.partition(), record.offset(), e);
            report.refused(0, Refusal.SYNTAX, () -> new RefusedLine(0, Refusal.SYNTAX, "failed in the program itself: " + e, ""));
        }
    }

    private boolean tooLarge(List<ConsumerRecord<byte[], byte[]>> one, InFlightExceededException e, KafkaProducer<byte[], byte[]> producer,
            KafkaConsumer<byte[], byte[]> consumer) {
        Instant now = clock.instant();
        RefusedLine whole = new RefusedLine(0, Refusal.STRING_LENGTH, String.valueOf(e.getMessage()), "");
        try (InFlightBytes.Share share = inFlight.open()) {
            return commit(one, new SampleBatch(share), List.of(deadLetter(one.getFirst(), whole, now)), now, producer, consumer);
        }
    }

    /** @return false if the group has changed since the poll; the consumer is back at what is committed then */
    private boolean commit(List<ConsumerRecord<byte[], byte[]>> polled, SampleBatch batch, List<DeadLetter> letters, Instant now,
            KafkaProducer<byte[], byte[]> producer, KafkaConsumer<byte[], byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> after = new HashMap<>();
        polled.forEach(
                record -> after.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1)));
        // Before the transaction, because memory may turn out to be short here too.
        List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        stream.forEachRecord(batch, letters, now, sent::add);
        producer.beginTransaction();
        for (ProducerRecord<byte[], byte[]> record : sent) {
            var unused = producer.send(record); // what fails here fails the commit
        }
        try {
            producer.sendOffsetsToTransaction(after, consumer.groupMetadata());
            beforeCommit.run();
            producer.commitTransaction();
            return true;
        } catch (CommitFailedException e) {
            producer.abortTransaction();
            rewind(consumer);
            return false;
        }
    }

    private static void rewind(KafkaConsumer<byte[], byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(consumer.assignment());
        for (TopicPartition partition : consumer.assignment()) {
            OffsetAndMetadata position = committed.get(partition);
            if (position == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, position);
            }
        }
    }

    /** A header may be of any length, and no letter larger than a record may be. */
    private DeadLetter deadLetter(ConsumerRecord<byte[], byte[]> record, RefusedLine line, Instant now) {
        String detail = "record " + record.topic() + "-" + record.partition() + "@" + record.offset() + ": " + line.detail();
        return new DeadLetter(SOURCE, line.refusal().code(), detail, line.line(), line.text(), RefusedLine.cut(records.tenant(record)),
                RefusedLine.cut(records.bucket(record)), now);
    }

    /**
     * With a listener, partitions that were lost are given up in the next poll and not before: without one the client may join anew while records of
     * before are still held, and commit them under its new epoch.
     */
    private static final class LossesAtPoll implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // Nothing is held between polls.
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            // Reading begins at the committed positions.
        }
    }

    private boolean stopped() {
        return stopping.getCount() == 0;
    }

    private void pause() {
        try {
            var unused = stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            stopping.countDown();
        }
    }
}
