package io.longwave.ingest.intake;

import io.longwave.ingest.IngestProperties;
import io.longwave.ingest.IngestProperties.Intake;
import io.longwave.ingest.line.SeriesCatalog;
import io.longwave.ingest.point.CounterNames;
import io.longwave.ingest.stream.InFlightBytes;
import io.longwave.ingest.stream.IngestMetrics;
import io.longwave.ingest.stream.KafkaProperties;
import io.longwave.ingest.stream.SampleStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "longwave.ingest.intake.enabled", matchIfMissing = true)
class IntakeConfiguration {
    private static final String NAME = "longwave-intake";
    private static final int MOST_RECORDS = 10_000;
    private static final int MOST_BYTES = 4 << 20;
    /** After a kill, samples behind an open transaction wait so long for its end, unless the same instance starts again before. */
    private static final int TRANSACTION_MILLIS = 15_000;
    private static final int WAIT_MILLIS = 10_000;

    @Bean
    IntakeConsumer intakeConsumer(KafkaProperties kafka, IngestProperties properties, SeriesCatalog catalog, CounterNames counters,
            SampleStream stream,
            InFlightBytes inFlight, IngestMetrics metrics, Clock clock, @Value("${server.port:0}") int port) {
        return new IntakeConsumer(consumer(kafka), producer(kafka, instance(properties.intake(), port)),
                new IntakeRecords(catalog, counters, properties.intake()), stream, inFlight,
                metrics, clock, properties.maxDeadLetters(), () -> {
                });
    }

    static Map<String, Object> consumer(KafkaProperties kafka) {
        Map<String, Object> settings = kafka.client(NAME);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, NAME);
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_RECORDS);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, MOST_BYTES);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MOST_BYTES / 4);
        return settings;
    }

    static Map<String, Object> producer(KafkaProperties kafka, String instance) {
        Map<String, Object> settings = kafka.client(NAME);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, NAME + "-" + instance);
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, WAIT_MILLIS);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, WAIT_MILLIS);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, WAIT_MILLIS / 2);
        return settings;
    }

    /** The same after a restart, so that a transaction that a kill left open is ended at once, and another for every instance beside. */
    private static String instance(Intake settings, int port) {
        if (!settings.instance().isEmpty()) {
            return settings.instance();
        }
        try {
            return port == 0 ? UUID.randomUUID().toString() : InetAddress.getLocalHost().getHostName() + "-" + port;
        } catch (UnknownHostException e) {
            return UUID.randomUUID().toString();
        }
    }
}
