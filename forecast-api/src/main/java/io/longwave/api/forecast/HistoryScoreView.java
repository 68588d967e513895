package io.longwave.api.forecast;

import io.longwave.api.query.Numbers;
import io.longwave.api.query.Times;
import io.longwave.series.PredictionInterval;
import io.longwave.wire.HistoryForecastRequest;
import io.longwave.wire.HistoryScoreAnswer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

@Schema(name = "HistoryScores", description = "Answers in the order of the histories.")
record HistoryScoreView(@Schema(description = "Model that judged.", example = "online-1") String model, List<Result> results) {

    @Schema(name = "HistoryScore", description = "Arrays have an element for each value of the history: null where it is missing or the model warms up.")
    record Result(@Schema(description = "Name of the history.", example = "shop 12") String history,
            @Schema(description = "Anomaly scores in [0, 1]; empty where there is a problem.") List<@Nullable Double> score,
            @Schema(description = "What was expected before the value was seen.") List<@Nullable Double> expected,
            @Schema(description = "For each asked level the bounds lo-P and hi-P of its interval, where P is the level in percent.", example = "{\"lo-90\":[null,11.9],\"hi-90\":[null,13.2]}") Map<String, List<@Nullable Double>> intervals,
            @Schema(description = "What would have been anomalies in the stream, in order.") List<Anomaly> anomalies,
            @Schema(description = "Why it was not judged: what was expected and what was found. Null where it was.") @Nullable String problem) {}

    @Schema(name = "HistoryAnomaly", description = "Positions are those of values in the history, from 0.")
    record Anomaly(@Schema(example = "300") int first, @Schema(example = "304") int last,
            @Schema(description = "Where the score is highest.", example = "301") int peak,
            @Schema(description = "Time of the first value inside, where the history says when it starts.") @Nullable String time,
            @Schema(description = "Time of the last value inside; null too where the anomaly lasts until the end of the history.") @Nullable String timeEnd,
            @Schema(description = "False where it lasts until the end of the history.") boolean ended, double peakScore) {}

    static HistoryScoreView of(HistoryScoreAnswer answer, List<Double> levels, PostedHistories posted) {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < answer.results().size(); i++) {
            HistoryScoreAnswer.Result result = answer.results().get(i);
            HistoryForecastRequest.@Nullable History timed = posted.timed().get(i) ? posted.histories().get(i) : null;
            results.add(new Result(result.name(), Numbers.orNull(result.score()), Numbers.orNull(result.expected()),
                    intervals(result, levels),
                    result.anomalies().stream().map(anomaly -> anomaly(anomaly, timed, result.score())).toList(), result.problem()));
        }
        return new HistoryScoreView(answer.model(), results);
    }

    private static Map<String, List<@Nullable Double>> intervals(HistoryScoreAnswer.Result result, List<Double> levels) {
        Map<String, List<@Nullable Double>> intervals = new LinkedHashMap<>();
        for (int k = 0; k < result.lower().length; k++) {
            String percent = PredictionInterval.percent(levels.get(k));
            intervals.put("lo-" + percent, Numbers.orNull(result.lower()[k]));
            intervals.put("hi-" + percent, Numbers.orNull(result.upper()[k]));
        }
        return intervals;
    }

    private static Anomaly anomaly(HistoryScoreAnswer.Anomaly anomaly, HistoryForecastRequest.@Nullable History timed, double[] scores) {
        return new Anomaly(anomaly.first(), anomaly.last(), anomaly.peak(), timed == null ? null : time(timed, anomaly.first()),
                timed == null || !anomaly.ended() ? null : time(timed, anomaly.last()), anomaly.ended(), scores[anomaly.peak()]);
    }

    private static String time(HistoryForecastRequest.History history, int position) {
        return Times.text(history.startNanos() + position * history.stepNanos());
    }
}
