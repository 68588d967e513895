package io.longwave.model.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How to reach Kafka.
 *
 * @param bootstrapServers addresses, separated by commas
 * @param properties further settings of every client, for example of TLS
 */
@ConfigurationProperties(prefix = "longwave.kafka", ignoreUnknownFields = false)
public record KafkaProperties(@DefaultValue("localhost:9092") String bootstrapServers, @DefaultValue Map<String, String> properties) {
    public KafkaProperties {
        properties = Map.copyOf(properties);
    }

    /** Settings that every client shares; a new map, for the caller to add to. */
    public Map<String, Object> client() {
        Map<String, Object> client = new HashMap<>(properties);
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return client;
    }

    /** Settings of a producer that waits until every replica in sync has a record. @param delivery after which a record has failed */
    public Map<String, Object> producer(Duration delivery) {
        Map<String, Object> producer = client();
        producer.put(ProducerConfig.ACKS_CONFIG, "all");
        producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) delivery.toMillis());
        producer.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) delivery.toMillis() / 2);
        return producer;
    }
}
