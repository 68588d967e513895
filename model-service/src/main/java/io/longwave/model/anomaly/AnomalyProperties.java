package io.longwave.model.anomaly;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of anomaly events; RATIONALE.md says where the defaults come from.
 *
 * @param threshold score that begins an event: about one sample in 1 / (1 - threshold) does so by chance, with 0.9999 one in 10,000
 * @param keepThreshold score that continues it
 * @param calmSamples samples in a row below that end it
 */
@ConfigurationProperties(prefix = "longwave.anomaly", ignoreUnknownFields = false)
public record AnomalyProperties(@DefaultValue("0.9999") double threshold, @DefaultValue("0.99") double keepThreshold,
        @DefaultValue("10") int calmSamples) {

    /** These settings as rules. */
    public IncidentRules rules() {
        return new IncidentRules(threshold, keepThreshold, calmSamples);
    }
}
