package io.longwave.api.store;

import io.longwave.db.anomaly.AnomalyQueries;
import io.longwave.db.classification.ClassificationQueries;
import io.longwave.db.forecast.ForecastQueries;
import io.longwave.db.group.GroupQueries;
import io.longwave.db.model.ModelQueries;
import io.longwave.db.point.PointQueries;
import io.longwave.db.point.RowQueries;
import io.longwave.db.series.SeriesQueries;
import io.longwave.db.stream.StreamQueries;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean
    SeriesQueries seriesQueries(JdbcClient jdbc) {
        return new SeriesQueries(jdbc);
    }

    @Bean
    PointQueries pointQueries(JdbcClient jdbc) {
        return new PointQueries(jdbc);
    }

    @Bean
    RowQueries rowQueries(JdbcClient jdbc) {
        return new RowQueries(jdbc);
    }

    @Bean
    AnomalyQueries anomalyQueries(JdbcClient jdbc) {
        return new AnomalyQueries(jdbc);
    }

    @Bean
    ForecastQueries forecastQueries(JdbcClient jdbc) {
        return new ForecastQueries(jdbc);
    }

    @Bean
    ModelQueries modelQueries(JdbcClient jdbc) {
        return new ModelQueries(jdbc);
    }

    @Bean
    ClassificationQueries classificationQueries(JdbcClient jdbc) {
        return new ClassificationQueries(jdbc);
    }

    @Bean
    GroupQueries groupQueries(JdbcClient jdbc) {
        return new GroupQueries(jdbc);
    }

    @Bean
    StreamQueries streamQueries(JdbcClient jdbc) {
        return new StreamQueries(jdbc);
    }
}
