package io.longwave.wire;

/**
 * Asks model-service to forget a series: {@code POST} {@value #PATH}. It becomes a control record, so it takes effect at an offset; samples behind it begin a new
 * series of the same key. Answered with 202.
 *
 * @param series canonical series key
 * @param id of the series; another one that has the key by then is left alone
 */
public record ForgetRequest(String series, long id) {
    /** Path on the model service. */
    public static final String PATH = "/internal/v1/forgets";
}
