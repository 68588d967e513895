package io.longwave.model.stream;

import io.longwave.model.anomaly.AnomalyProperties;
import io.longwave.model.deadletter.DeadLetterPublisher;
import io.longwave.model.serving.ForecastProperties;
import io.longwave.model.kafka.KafkaProperties;
import io.longwave.model.serving.Models;
import io.longwave.model.serving.SeriesStates;
import io.micrometer.core.instrument.MeterRegistry;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({StreamProperties.class, KafkaProperties.class, AnomalyProperties.class, ForecastProperties.class})
class StreamConfiguration {

    @Bean
    InstanceUrl instanceUrl(StreamProperties settings, Environment environment) {
        return new InstanceUrl(settings.advertisedUrl(), environment);
    }

    @Bean
    SampleStream sampleStream(KafkaProperties kafka, StreamProperties settings, AnomalyProperties anomaly, ForecastProperties forecast,
            DataSource dataSource, Models models, SeriesStates states, InstanceUrl here, MeterRegistry registry,
            DeadLetterPublisher deadLetters) {
        SampleStream.Stop stop = new SampleStream.Stop();
        StreamRules rules = new StreamRules(anomaly.rules(), settings.farFuture(), forecast.storeEvery(), forecast.maxHorizon(),
                forecast.storedLevels(), settings.checkpointEvery());
        return new SampleStream(kafka.client(), settings,
                new PartitionProcessor.Shared(dataSource, rules, models, states, settings.limits(), here,
                        new ResidentMemory(settings.residentBytes()),
                        new StreamMeters(registry), BatchObserver.NONE, settings.turns(), stop, deadLetters::wake),
                stop);
    }
}
