package io.longwave.model.registry;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the model store.
 *
 * @param directory where training registers models
 * @param look how often the directory is looked at for models that came or went
 */
@ConfigurationProperties(prefix = "longwave.models", ignoreUnknownFields = false)
record RegistryProperties(@DefaultValue(".longwave/models") Path directory, @DefaultValue("1s") Duration look) {
    RegistryProperties {
        if (look.toMillis() < 1) {
            throw new IllegalArgumentException("longwave.models.look: expected at least 1ms but was " + look);
        }
    }
}
