package io.longwave.ingest.stream;

import io.longwave.ingest.IngestProperties;
import io.longwave.ingest.line.SeriesCatalog;
import io.longwave.ingest.point.CounterNames;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({IngestProperties.class, KafkaProperties.class, StreamProperties.class})
class StreamConfiguration {
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(4);
    /** How long a write may wait for metadata or for room in the producer's buffer before it is answered with 503. */
    private static final Duration MAX_BLOCK = Duration.ofSeconds(2);

    @Bean
    StreamBroker streamBroker(KafkaProperties kafka, StreamProperties stream, IngestProperties ingest) {
        return new StreamBroker(kafka.bootstrapServers(), admin(kafka), producer(kafka, ingest), stream.partitions(), ingest.brokerCheck(),
                CHECK_TIMEOUT);
    }

    @Bean
    SampleStream sampleStream(StreamBroker broker, JsonMapper json, StreamProperties stream, IngestProperties ingest) {
        return new SampleStream(broker, json, stream.partitions(), Math.toIntExact(ingest.maxRecord().toBytes()), ingest.deliveryTimeout());
    }

    @Bean
    InFlightBytes inFlightBytes(IngestProperties ingest) {
        return new InFlightBytes(ingest.maxInFlightBytes());
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    SeriesCatalog seriesCatalog(IngestProperties properties) {
        return new SeriesCatalog(properties.seriesCache().toBytes());
    }

    @Bean
    CounterNames counterNames(IngestProperties properties) {
        return new CounterNames(properties.counters());
    }

    @Bean
    IngestMetrics ingestMetrics(MeterRegistry registry, InFlightBytes inFlight, SeriesCatalog catalog) {
        return new IngestMetrics(registry, inFlight, catalog);
    }

    /** Part of the readiness group: no traffic for an instance that could only answer 503. */
    @Bean
    HealthIndicator brokerHealthIndicator(StreamBroker broker) {
        return () -> {
            String trouble = broker.trouble();
            return trouble == null ? Health.up().build() : Health.down().withDetail("reason", trouble).build();
        };
    }

    private static Map<String, Object> admin(KafkaProperties kafka) {
        Map<String, Object> settings = kafka.client("longwave-ingest");
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) CHECK_TIMEOUT.toMillis());
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, (int) CHECK_TIMEOUT.toMillis());
        return settings;
    }

    private static Map<String, Object> producer(KafkaProperties kafka, IngestProperties ingest) {
        Map<String, Object> settings = kafka.client("longwave-ingest");
        int delivery = Math.toIntExact(ingest.deliveryTimeout().toMillis());
        int linger = Math.toIntExact(ingest.linger().toMillis());
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        // Idempotence keeps the order of a series across retries with up to five requests in flight.
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, linger);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, ingest.producerBuffer().toBytes());
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.min(MAX_BLOCK.toMillis(), delivery));
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, Math.min(4000, delivery - linger)));
        return settings;
    }
}
