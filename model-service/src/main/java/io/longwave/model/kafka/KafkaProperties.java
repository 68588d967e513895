package io.longwave.model.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
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
}
