package io.longwave.wire;

import io.longwave.series.SeriesKind;
import org.jspecify.annotations.Nullable;

/**
 * Asks model-service to take a series for a gauge or a counter: {@code POST} {@value #PATH}. It becomes a control record, so it takes effect at an offset. Answered with
 * 202.
 *
 * @param series canonical series key
 * @param kind null: what its samples say
 */
public record KindRequest(String series, @Nullable SeriesKind kind) {
    /** Path on the model service. */
    public static final String PATH = "/internal/v1/kinds";
}
