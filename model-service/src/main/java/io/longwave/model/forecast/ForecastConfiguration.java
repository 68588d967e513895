package io.longwave.model.forecast;

import io.longwave.checkpoint.ModelStore;
import io.longwave.model.registry.OpenedModels;
import io.longwave.ssm.forecast.HistoryForecaster;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ForecastConfiguration {

    @Bean
    OpenedModels<HistoryForecaster> forecasters(ModelStore store) {
        return new OpenedModels<>(store, HistoryForecaster::open, "forecast");
    }
}
