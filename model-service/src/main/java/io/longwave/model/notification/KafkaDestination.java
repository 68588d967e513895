package io.longwave.model.notification;

import io.longwave.model.kafka.KafkaProperties;
import io.longwave.model.notification.NotificationProperties.Selection;
import io.longwave.wire.AnomalyNotice;
import io.longwave.wire.BrokerUnavailableException;
import io.longwave.wire.StreamTopics;
import io.longwave.wire.StreamTopicsException;
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
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Publishes every anomaly on {@link Topics#ANOMALIES}; the key is that of its series, or {@code group/NAME}. */
final class KafkaDestination implements Destination {
    private static final Duration TOPIC_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration DELIVERY = Duration.ofSeconds(20);

    private final KafkaProperties kafka;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    KafkaDestination(KafkaProperties kafka) {
        this.kafka = kafka;
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
    public void tell(List<AnomalyNotice> notices) throws RefusedException, IOException, InterruptedException {
        List<Future<?>> sent = new ArrayList<>();
        try {
            for (AnomalyNotice notice : notices) {
                Future<?> future = producer().send(new ProducerRecord<>(Topics.ANOMALIES, key(notice).getBytes(StandardCharsets.UTF_8),
                        JsonPost.JSON.writeValueAsBytes(notice)));
                if (future.isDone()) { // it has failed, perhaps after a wait that the others need not go through
                    future.get();
                }
                sent.add(future);
            }
            for (Future<?> future : sent) {
                future.get();
            }
        } catch (InterruptException e) {
            throw new InterruptedException(e.getMessage());
        } catch (KafkaException | ExecutionException | StreamTopicsException | BrokerUnavailableException e) {
            if (e.getCause() instanceof RecordTooLargeException large) {
                throw new RefusedException(String.valueOf(large.getMessage()));
            }
            close(); // after some errors a producer takes nothing more
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
            Map<String, Object> settings = kafka.client();
            // Its end waits for what it has asked.
            settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TOPIC_TIMEOUT.toMillis());
            settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, (int) TOPIC_TIMEOUT.toMillis());
            try (Admin admin = Admin.create(settings)) {
                StreamTopics.ensure(admin, Topics.ANOMALIES, 1, TOPIC_TIMEOUT);
            }
            made = new KafkaProducer<>(kafka.producer(DELIVERY), new ByteArraySerializer(), new ByteArraySerializer());
            producer = made;
        }
        return made;
    }

    @Override
    public void close() {
        KafkaProducer<byte[], byte[]> made = producer;
        producer = null;
        if (made != null) {
            made.close(Duration.ofSeconds(1));
        }
    }
}
