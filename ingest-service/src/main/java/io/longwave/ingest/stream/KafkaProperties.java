package io.longwave.ingest.stream;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where Kafka is.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 */
@ConfigurationProperties(prefix = "longwave.kafka", ignoreUnknownFields = false)
record KafkaProperties(@DefaultValue("localhost:9092") String bootstrapServers) {}
