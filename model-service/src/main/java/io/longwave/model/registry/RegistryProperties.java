package io.longwave.model.registry;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the model store.
 *
 * @param directory where training registers models
 */
@ConfigurationProperties(prefix = "longwave.models", ignoreUnknownFields = false)
record RegistryProperties(@DefaultValue(".longwave/models") Path directory) {}
