package io.longwave.wire;

import java.util.List;

/**
 * Asks model-service to serve series with a registered model: {@code POST} {@value #PATH}. It becomes a control record per series, so it
 * takes effect at an offset. Answered with 202; 404 when the model is not registered.
 *
 * @param model registered model id, or empty for the online model
 * @param series canonical series keys
 */
public record PromotionRequest(String model, List<String> series) {
    /** Path on the model service. */
    public static final String PATH = "/internal/v1/promotions";

    public PromotionRequest {
        series = List.copyOf(series);
    }
}
