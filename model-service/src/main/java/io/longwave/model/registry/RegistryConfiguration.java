package io.longwave.model.registry;

import io.longwave.checkpoint.ModelStore;
import io.longwave.ssm.catalog.ModelFamilies;
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
        return ModelFamilies::streaming;
    }
}
