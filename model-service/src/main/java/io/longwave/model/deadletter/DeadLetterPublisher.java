package io.longwave.model.deadletter;

import io.longwave.db.deadletter.DeadLetters;
import io.longwave.db.deadletter.DeadLetters.Pending;
import io.longwave.model.kafka.KafkaProperties;
import io.longwave.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Publishes dead letters from their table to {@link Topics#DEAD_LETTER}, at least once: a letter is marked after Kafka has it, and its key
 * names the record and item, so that a reader can tell a repetition.
 */
@Component
public final class DeadLetterPublisher implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterPublisher.class);
    private static final int AT_ONCE = 500;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration DELIVERY = Duration.ofSeconds(20);
    private static final int SHOWN_BYTES = 1024;

    private final DataSource dataSource;
    private final Map<String, Object> kafka;
    private final JsonMapper json = JsonMapper.builder().build();
    private final Semaphore wakeUps = new Semaphore(0);
    private volatile boolean stopping;
    private @Nullable Thread thread;

    DeadLetterPublisher(DataSource dataSource, KafkaProperties kafka) {
        this.dataSource = dataSource;
        this.kafka = kafka.producer(DELIVERY);
    }

    /** Says that there may be something to publish. */
    public void wake() {
        wakeUps.release();
    }

    @Override
    public void start() {
        Thread started = Thread.ofPlatform().name("longwave-dead-letters").unstarted(this::run);
        thread = started;
        started.start();
    }

    @Override
    public void stop() {
        stopping = true;
        Thread stopped = thread;
        if (stopped != null) {
            wake();
            try {
                if (!stopped.join(Duration.ofSeconds(3))) {
                    stopped.interrupt();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            thread = null;
        }
    }

    @Override
    public boolean isRunning() { return thread != null; }

    /** Once stopped it stays stopped; a context that is only paused between two uses keeps it running. */
    @Override
    public boolean isPauseable() { return false; }

    private void run() {
        while (!stopping) {
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(kafka, new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                while (!stopping) {
                    if (publish(producer) < AT_ONCE && !stopping && wakeUps.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                        wakeUps.drainPermits();
                    }
                }
            } catch (InterruptedException e) {
                return;
            } catch (SQLException | ExecutionException | KafkaException e) {
                LOG.warn("dead letters stay in their table for now: {}", e.toString());
                pause();
            }
        }
    }

    private void pause() {
        try {
            if (wakeUps.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS) && !stopping) {
                Thread.sleep(LOOK_EVERY);
            }
        } catch (InterruptedException e) {
            stopping = true;
        }
    }

    private int publish(KafkaProducer<byte[], byte[]> producer) throws SQLException, ExecutionException, InterruptedException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                List<Pending> pending = DeadLetters.lockUnpublished(connection, AT_ONCE);
                if (pending.isEmpty()) {
                    return 0;
                }
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (Pending letter : pending) {
                    sent.add(producer.send(record(letter.letter())));
                }
                for (Future<RecordMetadata> future : sent) {
                    future.get();
                }
                DeadLetters.markPublished(connection, pending);
                connection.commit();
                return pending.size();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private ProducerRecord<byte[], byte[]> record(io.longwave.db.deadletter.DeadLetter letter) {
        String place = letter.topic() + "/" + letter.partition() + "/" + letter.recordOffset();
        byte[] payload = letter.payload();
        String shown = HexFormat.of().formatHex(payload, 0, Math.min(payload.length, SHOWN_BYTES));
        var value = new io.longwave.wire.DeadLetter(place, letter.reason(), letter.detail(), letter.item() + 1, shown, "", "",
                letter.recordTime());
        return new ProducerRecord<>(Topics.DEAD_LETTER, (place + "/" + letter.item()).getBytes(StandardCharsets.UTF_8),
                json.writeValueAsBytes(value));
    }
}
