package io.longwave.wire;

/**
 * Asks model-service to forget a series: {@code POST} {@value #PATH}. It becomes a control record, so it takes effect at an offset; samples behind it begin a new
 * series of the same key. Answered with 202.
 *
 * @param series canonical series key
 */
public record ForgetRequest(String series) {
    /** Path on the model service. */
    public static final String PATH = "/internal/v1/forgets";
}
