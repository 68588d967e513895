package io.longwave.wire;

import io.longwave.wire.HistoryForecastRequest.History;
import java.util.List;

/**
 * Asks model-service how usual the values of histories are that nobody streams: {@code POST} {@value #PATH}. The answer is a {@link HistoryScoreAnswer} as JSON;
 * 404 when the model is not registered, 422 when it does not serve streams of one series, each as a problem detail (RFC 9457).
 *
 * @param model id of a registered model, or empty for the online model
 * @param levels interval levels in (0, 1); may be empty
 * @param histories at least one, of one channel each
 */
public record HistoryScoreRequest(String model, List<Double> levels, List<History> histories) {
    /** Path on the model service. */
    public static final String PATH = "/internal/v1/history-scores";

    public HistoryScoreRequest {
        levels = List.copyOf(levels);
        histories = List.copyOf(histories);
    }
}
