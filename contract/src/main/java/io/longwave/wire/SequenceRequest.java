package io.longwave.wire;

import io.longwave.series.PredictionInterval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks model-service to go on with a sequence, whose state it keeps from request to request: {@code POST} {@value #PATH}. The answer is an {@link Answer} as JSON; 404 when
 * the model is not registered, 422 when it does not serve streams, or the sequence is not known, cannot go on or is one too many, each as a problem detail (RFC 9457): then
 * nothing has changed.
 *
 * @param tenant whose sequence it is; null for those of nobody
 * @param model id of a registered model, or empty for the online model
 * @param sequence name of the sequence among those of the tenant and the model
 * @param start whether it begins, anew if it is known
 * @param end whether its state is to be forgotten after this
 * @param startNanos time of the first value, nanoseconds since the epoch; null for the step after the last one, or the epoch
 * @param stepNanos distance of two values; null for that of the last request, or a second
 * @param values [L], oldest first; NaN where one is missing
 * @param horizon steps of the forecast that follows them, also where the last ones are missing; 0 for none
 * @param levels interval levels in (0, 1); may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // values are handed on, never compared
public record SequenceRequest(@Nullable String tenant, String model, String sequence, boolean start, boolean end, @Nullable Long startNanos,
        @Nullable Long stepNanos, double[] values, int horizon, List<Double> levels) {
    /** Path on the model service. */
    public static final String PATH = "/internal/v1/sequences";

    public SequenceRequest {
        levels = List.copyOf(levels);
    }

    /**
     * What the model says of the values, each judged by all before it, and of what follows them.
     *
     * @param model id of the model that says so
     * @param expected [L]; NaN where the model warms up or the value is missing
     * @param score [L], anomaly scores in [0, 1]; NaN where there is no verdict
     * @param mean [H]; empty while the model warms up
     * @param intervals one per asked level; empty while the model warms up
     */
    public record Answer(String model, double[] expected, double[] score, List<Double> mean, List<PredictionInterval> intervals) {
        public Answer {
            mean = List.copyOf(mean);
            intervals = List.copyOf(intervals);
        }
    }
}
