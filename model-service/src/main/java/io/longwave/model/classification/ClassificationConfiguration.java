package io.longwave.model.classification;

import io.longwave.db.classification.ClassificationJobs;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ClassificationProperties.class)
class ClassificationConfiguration {

    @Bean
    ClassificationJobs classificationJobs(JdbcClient jdbc) {
        return new ClassificationJobs(jdbc);
    }
}
