package io.longwave.ingest.stream;

import io.longwave.wire.BrokerUnavailableException;
import io.longwave.wire.DeadLetter;
import io.longwave.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Puts the samples and the refused lines of a request on Kafka and returns when the broker has all of them. */
public final class SampleStream {
    private final StreamBroker broker;
    private final JsonMapper json;
    private final int partitions;
    private final int maxRecordBytes;
    private final Duration deliveryTimeout;

    SampleStream(StreamBroker broker, JsonMapper json, int partitions, int maxRecordBytes, Duration deliveryTimeout) {
        this.broker = broker;
        this.json = json;
        this.partitions = partitions;
        this.maxRecordBytes = maxRecordBytes;
        this.deliveryTimeout = deliveryTimeout;
    }

    /** Why nothing can be written now, or null: asked before a body is read. */
    public @Nullable String trouble() {
        return broker.trouble();
    }

    /**
     * Sends and waits.
     *
     * @param receivedAt becomes the timestamp of every record
     * @throws BrokerUnavailableException if not everything was acknowledged in time; a part may be on Kafka then, and writing all of it
     *     again is harmless because series and time identify a sample
     */
    public void write(SampleBatch batch, List<DeadLetter> deadLetters, Instant receivedAt) {
        if (batch.isEmpty() && deadLetters.isEmpty()) {
            return;
        }
        Delivery delivery = new Delivery(broker.producer());
        forEachRecord(batch, deadLetters, receivedAt, delivery::send);
        delivery.await(deliveryTimeout);
    }

    /** The records that {@link #write} sends, for a caller that sends them in a transaction of its own. */
    public void forEachRecord(SampleBatch batch, List<DeadLetter> deadLetters, Instant receivedAt,
            Consumer<ProducerRecord<byte[], byte[]>> send) {
        long timestamp = receivedAt.toEpochMilli();
        batch.forEachRecord(partitions, maxRecordBytes, (partition, key, value) -> send
                .accept(new ProducerRecord<>(Topics.SAMPLES, partition, timestamp, key, value)));
        for (DeadLetter letter : deadLetters) {
            byte[] key = (letter.tenant() + "/" + letter.bucket()).getBytes(StandardCharsets.UTF_8);
            send.accept(new ProducerRecord<>(Topics.DEAD_LETTER, null, timestamp, key, json.writeValueAsBytes(asJson(letter))));
        }
    }

    private static Map<String, Object> asJson(DeadLetter letter) {
        return Map.of("source", letter.source(), "reason", letter.reason(), "detail", letter.detail(), "line", letter.line(), "text",
                letter.text(), "tenant", letter.tenant(), "bucket", letter.bucket(), "receivedAt", letter.receivedAt().toString());
    }

    /** The records of one request on their way. */
    private static final class Delivery implements Callback {
        private final Producer<byte[], byte[]> producer;
        /** Records without answer, and one for the sender until it has sent all. */
        private final AtomicInteger pending = new AtomicInteger(1);
        private final CountDownLatch settled = new CountDownLatch(1);
        private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

        Delivery(Producer<byte[], byte[]> producer) {
            this.producer = producer;
        }

        void send(ProducerRecord<byte[], byte[]> record) {
            refuseIfFailed();
            pending.incrementAndGet();
            try {
                var unused = producer.send(record, this);
            } catch (RuntimeException e) {
                onCompletion(null, e);
            }
            // A producer without room or without metadata reports it at once, after having waited for max.block.ms: do not wait per record.
            refuseIfFailed();
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
            if (exception != null) {
                failure.compareAndSet(null, exception);
            }
            answered();
        }

        private void answered() {
            if (pending.decrementAndGet() == 0) {
                settled.countDown();
            }
        }

        void await(Duration timeout) {
            answered();
            try {
                // The producer gives up after delivery.timeout.ms itself; the second more lets it say why.
                if (!settled.await(timeout.toMillis() + 1000, TimeUnit.MILLISECONDS)) {
                    failure.compareAndSet(null, new TimeoutException("no answer for " + pending.get() + " records"));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failure.compareAndSet(null, e);
            }
            refuseIfFailed();
        }

        private void refuseIfFailed() {
            Exception cause = failure.get();
            if (cause != null) {
                throw new BrokerUnavailableException("Kafka did not acknowledge the write: " + cause.getMessage(), cause);
            }
        }
    }
}
