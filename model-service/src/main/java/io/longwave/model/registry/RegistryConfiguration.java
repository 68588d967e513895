package io.longwave.model.registry;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelStore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RegistryProperties.class)
class RegistryConfiguration {

    @Bean
    ModelStore modelStore(RegistryProperties properties) {
        return new ModelStore(properties.directory());
    }

    @Bean
    StreamingModelFactory streamingModelFactory() {
        return stored -> {
            throw new CheckpointException(stored.directory(),
                    "expected a family that can serve a stream but was " + stored.card().family());
        };
    }
}
