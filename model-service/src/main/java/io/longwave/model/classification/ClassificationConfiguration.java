package io.longwave.model.classification;

import io.longwave.checkpoint.ModelStore;
import io.longwave.db.classification.ClassificationJobs;
import io.longwave.model.registry.OpenedModels;
import io.longwave.ssm.classify.RecordingClassifier;
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

    @Bean
    OpenedModels<RecordingClassifier> classifiers(ModelStore store) {
        return new OpenedModels<>(store, RecordingClassifier::open, "classify");
    }
}
