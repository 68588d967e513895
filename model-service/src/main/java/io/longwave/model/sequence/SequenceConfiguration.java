package io.longwave.model.sequence;

import io.longwave.db.sequence.Sequences;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SequenceProperties.class)
class SequenceConfiguration {

    @Bean
    Sequences sequences(JdbcClient jdbc) {
        return new Sequences(jdbc);
    }
}
