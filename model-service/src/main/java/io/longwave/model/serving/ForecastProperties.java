package io.longwave.model.serving;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of forecasts.
 *
 * @param storeEvery samples between two stored forecasts of a promoted or watched series
 * @param maxHorizon longest forecast, in steps
 * @param levels interval levels of stored forecasts
 */
@ConfigurationProperties(prefix = "longwave.forecast", ignoreUnknownFields = false)
public record ForecastProperties(@DefaultValue("16") int storeEvery, @DefaultValue("10000") int maxHorizon,
        @DefaultValue({
                "0.9", "0.5"}) List<Double> levels) {
    public ForecastProperties {
        levels = List.copyOf(levels);
        if (storeEvery < 1 || maxHorizon < 1) {
            throw new IllegalArgumentException("longwave.forecast: store-every and max-horizon must be at least 1");
        }
        if (levels.stream().anyMatch(level -> !(level > 0 && level < 1))) {
            throw new IllegalArgumentException("longwave.forecast.levels: expected numbers between 0 and 1 but was " + levels);
        }
    }

    /** The levels as the models take them; a new array. */
    public double[] storedLevels() {
        return levels.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
