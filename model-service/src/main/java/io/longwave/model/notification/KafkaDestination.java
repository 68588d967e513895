package io.longwave.model.notification;

import io.longwave.model.notification.NotificationProperties.Selection;
import io.longwave.wire.AnomalyNotice;
import io.longwave.wire.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Publishes every anomaly on {@link Topics#ANOMALIES}; the key is that of its series, or {@code group/NAME}. */
final class KafkaDestination implements Destination {
    private final Map<String, Object> settings;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    KafkaDestination(Map<String, Object> settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public @Nullable Selection only() {
        return null;
    }

    @Override
    public @Nullable Duration repeat() {
        return null;
    }

    @Override
    public void tell(List<AnomalyNotice> notices) throws IOException, InterruptedException {
        List<Future<?>> sent = new ArrayList<>();
        try {
            for (AnomalyNotice notice : notices) {
                sent.add(producer().send(new ProducerRecord<>(Topics.ANOMALIES, key(notice).getBytes(StandardCharsets.UTF_8),
                        JsonPost.JSON.writeValueAsBytes(notice))));
            }
            for (Future<?> future : sent) {
                future.get();
            }
        } catch (KafkaException | ExecutionException e) {
            throw new IOException("Kafka did not take them: " + e.getMessage(), e);
        }
    }

    private static String key(AnomalyNotice notice) {
        AnomalyNotice.Series series = notice.series();
        return series == null ? "group/" + Objects.requireNonNull(notice.group()).name() : series.key();
    }

    private KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> made = producer;
        if (made == null) {
            made = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
            producer = made;
        }
        return made;
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(2));
        }
    }
}
