package io.longwave.wire;

import io.longwave.series.Forecast;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks any model-service instance what follows the last row that a group has judged: {@code POST} {@value #PATH}. The answer is a {@link Answer} as JSON; 404 when there is no
 * such group, 409 while its model warms up, 422 when it does not forecast or not so far, each as a problem detail (RFC 9457).
 *
 * @param group name of the group
 * @param horizon steps ahead, at least 1; null for as many as the model forecasts
 * @param levels interval levels in (0, 1); may be empty
 */
public record GroupForecastRequest(String group, @Nullable Integer horizon, List<Double> levels) {
    /** Path on the model service. */
    public static final String PATH = "/internal/v1/group-forecasts";

    public GroupForecastRequest {
        levels = List.copyOf(levels);
    }

    /** @param forecasts one for each series, in the order of the model's columns */
    public record Answer(List<Forecast> forecasts) {
        public Answer {
            forecasts = List.copyOf(forecasts);
        }
    }
}
