package io.longwave.model.sequence;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code longwave.sequences.*}.
 *
 * @param idle after which a sequence with which nobody goes on is forgotten
 * @param most sequences that a tenant may have at once
 */
@ConfigurationProperties(prefix = "longwave.sequences", ignoreUnknownFields = false)
record SequenceProperties(@DefaultValue("1h") Duration idle, @DefaultValue("10000") int most) {
    SequenceProperties {
        if (!idle.isPositive() || most < 1) {
            throw new IllegalArgumentException("longwave.sequences: expected a positive idle and most but was " + idle + " and " + most);
        }
    }
}
