package io.longwave.wire;

import java.util.List;

/**
 * Asks model-service what a stored classifier says of recordings: {@code POST} {@value #PATH}. The answer is a {@link ClassificationAnswer} as JSON; 404
 * when the model is not registered, 422 when it is no classifier, each as a problem detail (RFC 9457).
 *
 * @param model id of a registered model
 * @param recordings at least one
 */
public record ClassificationRequest(String model, List<Recording> recordings) {
    /** Path on the model service. */
    public static final String PATH = "/internal/v1/classify";

    public ClassificationRequest {
        recordings = List.copyOf(recordings);
    }

    /**
     * One recording.
     *
     * @param name for its answer; may be empty
     * @param channels V rows of L samples in the unit the model was trained on, oldest first; NaN where a sample is missing
     */
    @SuppressWarnings("ArrayRecordComponent") // samples are handed on, never compared
    public record Recording(String name, double[][] channels) {}
}
