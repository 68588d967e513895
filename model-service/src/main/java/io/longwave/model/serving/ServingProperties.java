package io.longwave.model.serving;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of serving.
 *
 * @param warmUpPoints how many of the latest stored points a new state is fed, when a model is promoted or a state cannot be read
 */
@ConfigurationProperties(prefix = "longwave.serving", ignoreUnknownFields = false)
record ServingProperties(@DefaultValue("4096") int warmUpPoints) {
    ServingProperties {
        if (warmUpPoints < 1) {
            throw new IllegalArgumentException("longwave.serving.warm-up-points: expected at least 1 but was " + warmUpPoints);
        }
    }
}
