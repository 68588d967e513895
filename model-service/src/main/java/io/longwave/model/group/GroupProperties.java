package io.longwave.model.group;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of groups.
 *
 * @param look how often groups are looked at for rows that have become complete
 * @param rows most rows that are judged in one transaction; fewer where they take a model long
 * @param patience rows, and points, that a row waits for series that have fallen silent, once half of them have gone on
 * @param silence without a new point after which a series has fallen silent
 * @param models how many models are kept open
 */
@ConfigurationProperties(prefix = "longwave.groups", ignoreUnknownFields = false)
record GroupProperties(@DefaultValue("1s") Duration look, @DefaultValue("256") int rows, @DefaultValue("2") int patience,
        @DefaultValue("10s") Duration silence,
        @DefaultValue("16") int models) {
    GroupProperties {
        if (look.toMillis() < 1) {
            throw new IllegalArgumentException("longwave.groups.look: expected at least 1ms but was " + look);
        }
        if (rows < 1 || rows > 10_000) {
            throw new IllegalArgumentException("longwave.groups.rows: expected 1 to 10000 but was " + rows);
        }
        if (patience < 0 || patience > 1000) {
            throw new IllegalArgumentException("longwave.groups.patience: expected 0 to 1000 but was " + patience);
        }
        if (silence.isNegative()) {
            throw new IllegalArgumentException("longwave.groups.silence: expected 0 or more but was " + silence);
        }
        if (models < 1) {
            throw new IllegalArgumentException("longwave.groups.models: expected at least 1 but was " + models);
        }
    }
}
