package io.longwave.model.serving;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ServingProperties.class)
class ServingConfiguration {

    @Bean
    SeriesStates seriesStates(Models models, ServingProperties properties) {
        return new SeriesStates(models, properties.warmUpPoints());
    }
}
