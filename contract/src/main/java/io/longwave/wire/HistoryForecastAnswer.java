package io.longwave.wire;

import io.longwave.series.PredictionInterval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows histories.
 *
 * @param model id of the model that said so
 * @param results one for each history, in the order of the request
 */
public record HistoryForecastAnswer(String model, List<Result> results) {
    public HistoryForecastAnswer {
        results = List.copyOf(results);
    }

    /**
     * What follows one history.
     *
     * @param channels [V]; empty where there is a problem
     * @param problem what was expected and what was found; null where there is an answer
     */
    public record Result(String name, List<Channel> channels, @Nullable String problem) {
        public Result {
            channels = List.copyOf(channels);
        }
    }

    /**
     * What follows one channel.
     *
     * @param column what the model calls it
     * @param after how many values of the history lie before the first step
     * @param issuedAtNanos time of the last of these; step h (from 0) is at {@code issuedAtNanos + (h + 1) * stepNanos}
     * @param stepNanos distance of two steps
     * @param mean [H]
     * @param intervals one per asked level; empty where the model knows none
     */
    public record Channel(String column, int after, long issuedAtNanos, long stepNanos, List<Double> mean,
            List<PredictionInterval> intervals) {
        public Channel {
            mean = List.copyOf(mean);
            intervals = List.copyOf(intervals);
        }
    }
}
