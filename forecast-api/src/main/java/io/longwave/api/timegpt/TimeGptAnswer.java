package io.longwave.api.timegpt;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.Numbers;
import io.longwave.series.PredictionInterval;
import io.longwave.wire.HistoryForecastAnswer.Channel;
import io.longwave.wire.HistoryScoreAnswer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What clients read: numbers of all series one behind the other.
 *
 * @param mean expected values; null where there is none
 * @param intervals bounds by {@code lo-} and {@code hi-} and the level as the request wrote it; null where it asked for none
 * @param weights how much each feature counted, which clients look for; null, for there are none
 * @param sizes how many numbers each series has, where that is not the horizon
 * @param idxs positions among the values of the request that the numbers speak of, where they are not the last of each series
 * @param anomaly whether a value is outside of its interval
 * @param score anomaly scores in [0, 1]; null where a value was not judged
 * @param problems of series without an answer; clients do not know them and show what is null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TimeGptAnswer(List<@Nullable Double> mean,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Map<String, List<@Nullable Double>> intervals,
        @JsonProperty("weights_x") @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable List<Double> weights, @Nullable List<Integer> sizes,
        @Nullable List<Integer> idxs, @Nullable List<Boolean> anomaly,
        @JsonProperty("anomaly_score") @Nullable List<@Nullable Double> score, @Nullable List<Problem> problems) {

    /** @param series from 0 */
    @Schema(name = "TimeGptProblem")
    record Problem(int series, String problem) {}

    /** Collects an answer series by series. */
    static final class Builder {
        /** Bounds of a level as the request wrote it, and which of the levels that were asked it is; -1 is the middle. */
        private record Band(int level, List<@Nullable Double> lower, List<@Nullable Double> upper) {}

        private final List<Band> bands = new ArrayList<>();
        private final Map<String, List<@Nullable Double>> intervals = new LinkedHashMap<>();
        private final List<@Nullable Double> mean = new ArrayList<>();
        private final List<Integer> sizes = new ArrayList<>();
        private final List<Integer> idxs = new ArrayList<>();
        private final List<Boolean> anomaly = new ArrayList<>();
        private final List<@Nullable Double> score = new ArrayList<>();
        private final List<Problem> problems = new ArrayList<>();

        /** @param levels those of the request */
        Builder(Map<String, Double> levels) {
            List<Double> asked = TimeGptRequest.intervals(levels);
            levels.forEach((name, level) -> {
                Band band = new Band(asked.indexOf(level), new ArrayList<>(), new ArrayList<>());
                bands.add(band);
                intervals.put("lo-" + name, band.lower);
                intervals.put("hi-" + name, band.upper);
            });
        }

        /**
         * What follows a window.
         *
         * @param steps which of the channel's, from 0, the numbers are
         */
        void add(Channel channel, int[] steps) {
            List<PredictionInterval> known = channel.intervals();
            if (known.isEmpty() && bands.stream().anyMatch(band -> band.level >= 0)) {
                throw ProblemException.badParameter("level", "none, because this model does not know how large its errors are", "given");
            }
            for (int step : steps) {
                add(channel.mean().get(step), level -> known.get(level).lower().get(step), level -> known.get(level).upper().get(step));
            }
        }

        /** What was expected of a value. */
        void add(HistoryScoreAnswer.Result result, int value) {
            add(Numbers.orNull(result.expected()[value]), level -> Numbers.orNull(result.lower()[level][value]),
                    level -> Numbers.orNull(result.upper()[level][value]));
        }

        /** Numbers that are not known. */
        void addNothing(int count) {
            for (int i = 0; i < count; i++) {
                add(null, _ -> null, _ -> null);
            }
        }

        private void add(@Nullable Double expected, IntFunction<@Nullable Double> lower, IntFunction<@Nullable Double> upper) {
            mean.add(expected);
            for (Band band : bands) {
                band.lower.add(band.level < 0 ? expected : lower.apply(band.level));
                band.upper.add(band.level < 0 ? expected : upper.apply(band.level));
            }
        }

        /** Verdict on the value of which the last number was expected. */
        void judge(double value, double anomalyScore) {
            anomaly.add(bands.stream().anyMatch(band -> outside(value, band.lower.getLast(), band.upper.getLast())));
            score.add(Numbers.orNull(anomalyScore));
        }

        private static boolean outside(double value, @Nullable Double lower, @Nullable Double upper) {
            return lower != null && upper != null && (value < lower || value > upper);
        }

        /** Where numbers belong. */
        void at(int first, int count) {
            IntStream.range(first, first + count).forEach(idxs::add);
        }

        /** How many numbers the next series has. */
        void size(int numbers) {
            sizes.add(numbers);
        }

        /** Why a series has no answer. */
        void problem(int series, String problem) {
            problems.add(new Problem(series, problem));
        }

        /**
         * The answer.
         *
         * @param asked how many series there are
         * @throws ProblemException if none of them has one
         */
        TimeGptAnswer build(int asked) {
            if (mean.stream().allMatch(number -> number == null) && !problems.isEmpty()) {
                throw ProblemException.badParameter("series", "one that has an answer among the " + asked,
                        "none; of series " + problems.getFirst().series + ": " + problems.getFirst().problem);
            }
            return new TimeGptAnswer(mean, bands.isEmpty() ? null : intervals, null, orNull(sizes), orNull(idxs), orNull(anomaly),
                    score.isEmpty() ? null : score, orNull(problems));
        }

        private static <T> @Nullable List<T> orNull(List<T> list) {
            return list.isEmpty() ? null : list;
        }
    }
}
