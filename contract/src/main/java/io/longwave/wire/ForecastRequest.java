package io.longwave.wire;

import java.util.List;

/**
 * What forecast-api asks any model-service instance: {@code POST} {@value #PATH}. The answer is a {@link io.longwave.series.Forecast} as JSON, or 307 with the
 * {@code Location} of the instance that owns the series. 404 when the series is unknown, 409 when it is still warming up, 503 with {@code Retry-After} when its
 * partition runs nowhere yet, each as a problem detail (RFC 9457).
 *
 * @param series canonical series key
 * @param horizon steps ahead, at least 1
 * @param levels interval levels in (0, 1); may be empty
 */
public record ForecastRequest(String series, int horizon, List<Double> levels) {
    /** Path on the model service. */
    public static final String PATH = "/internal/v1/forecasts";

    public ForecastRequest {
        levels = List.copyOf(levels);
    }
}
