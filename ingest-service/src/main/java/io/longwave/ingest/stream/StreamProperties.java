package io.longwave.ingest.stream;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Shape of the stream, the same in every service.
 *
 * @param partitions of the samples topic
 */
@ConfigurationProperties(prefix = "longwave.stream", ignoreUnknownFields = false)
record StreamProperties(@DefaultValue("8") int partitions) {
    StreamProperties {
        if (partitions < 1) {
            throw new IllegalArgumentException("longwave.stream.partitions: expected at least 1 but was " + partitions);
        }
    }
}
