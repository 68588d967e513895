package io.longwave.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How usual the values of histories are.
 *
 * @param model id of the model that says so
 * @param results one for each history, in the order of the request
 */
public record HistoryScoreAnswer(String model, List<Result> results) {
    public HistoryScoreAnswer {
        results = List.copyOf(results);
    }

    /**
     * Verdicts on the L values of one history, each judged by those before it. NaN where the model warms up or the value is missing.
     *
     * @param expected [L]; empty where there is a problem
     * @param lower [K][L], of the interval of each asked level
     * @param upper [K][L]
     * @param score [L], anomaly scores in [0, 1]
     * @param anomalies what the stream would have called an anomaly, in order
     * @param problem what was expected and what was found; null where there is an answer
     */
    @SuppressWarnings("ArrayRecordComponent") // values are handed on, never compared
    public record Result(String name, double[] expected, double[][] lower, double[][] upper, double[] score, List<Anomaly> anomalies,
            @Nullable String problem) {
        public Result {
            anomalies = List.copyOf(anomalies);
        }
    }

    /**
     * An anomaly, by the positions of values in their history, from 0.
     *
     * @param first value inside
     * @param last value inside
     * @param ended whether enough usual values follow; false of one that lasts until the end
     * @param peak value of the highest score
     */
    public record Anomaly(int first, int last, boolean ended, int peak) {}
}
