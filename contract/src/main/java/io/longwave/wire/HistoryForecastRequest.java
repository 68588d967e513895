package io.longwave.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks model-service what follows histories that nobody streams: {@code POST} {@value #PATH}. The answer is a {@link HistoryForecastAnswer} as JSON; 404
 * when the model is not registered, 422 when it is no forecaster or does not reach so far, each as a problem detail (RFC 9457).
 *
 * @param model id of a registered model, or empty for the online model
 * @param horizon steps ahead, at least 1; null for {@value #USUAL_HORIZON} or as many as the model forecasts
 * @param levels interval levels in (0, 1); may be empty
 * @param histories at least one
 */
public record HistoryForecastRequest(String model, @Nullable Integer horizon, List<Double> levels, List<History> histories) {
    /** Path on the model service. */
    public static final String PATH = "/internal/v1/history-forecasts";
    /** Steps ahead where a request does not say. */
    public static final int USUAL_HORIZON = 96;

    public HistoryForecastRequest {
        levels = List.copyOf(levels);
        histories = List.copyOf(histories);
    }

    /**
     * Values at equal distances.
     *
     * @param name for its answer; may be empty
     * @param startNanos time of the first value, nanoseconds since the epoch
     * @param stepNanos at least 1
     * @param channels V rows of L values, oldest first; NaN where a value is missing
     */
    @SuppressWarnings("ArrayRecordComponent") // values are handed on, never compared
    public record History(String name, long startNanos, long stepNanos, double[][] channels) {}
}
