package io.longwave.wire;

/**
 * Asks model-service to store forecasts of a series, or to stop: {@code POST} {@value #PATH}. Answered with 202.
 *
 * @param series canonical series key
 * @param watched true to start, false to stop
 * @param horizon steps ahead of a stored forecast
 */
public record WatchRequest(String series, boolean watched, int horizon) {
    /** Path on the model service. */
    public static final String PATH = "/internal/v1/watches";
}
