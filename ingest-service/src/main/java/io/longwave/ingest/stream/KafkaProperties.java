package io.longwave.ingest.stream;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where Kafka is.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param properties further settings of every client, for example of TLS
 */
@ConfigurationProperties(prefix = "longwave.kafka", ignoreUnknownFields = false)
public record KafkaProperties(@DefaultValue("localhost:9092") String bootstrapServers, @DefaultValue Map<String, String> properties) {
    public KafkaProperties {
        properties = Map.copyOf(properties);
    }

    /** What every client needs; the map is the caller's. */
    public Map<String, Object> client(String id) {
        Map<String, Object> settings = new HashMap<>(properties);
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, id);
        settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2000);
        // A second service in the same process would otherwise register the same names with JMX and log a warning.
        settings.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        return settings;
    }
}
