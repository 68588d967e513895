package io.longwave.model.forecast;

import io.longwave.model.anomaly.AnomalyProperties;
import io.longwave.model.anomaly.Incident;
import io.longwave.model.anomaly.IncidentRules;
import io.longwave.model.problem.RequestProblem;
import io.longwave.model.registry.OpenedModels;
import io.longwave.model.serving.Models;
import io.longwave.ssm.forecast.History;
import io.longwave.ssm.forecast.HistoryForecaster;
import io.longwave.ssm.forecast.HistoryForecaster.ChannelForecast;
import io.longwave.ssm.forecast.HistoryScorer;
import io.longwave.ssm.forecast.HistoryScorer.Scores;
import io.longwave.wire.HistoryForecastAnswer;
import io.longwave.wire.HistoryForecastAnswer.Channel;
import io.longwave.wire.HistoryForecastRequest;
import io.longwave.wire.HistoryScoreAnswer;
import io.longwave.wire.HistoryScoreAnswer.Anomaly;
import io.longwave.wire.HistoryScoreRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** What models say of histories that a request brings: what follows them, and how usual their values are. */
@Component
class Histories {
    private static final String ONLINE = "";
    /** After which no more histories are begun; whoever asks waits some minutes. */
    private static final long MOST_NANOS = Duration.ofMinutes(2).toNanos();

    private final HistoryForecaster online;
    private final OpenedModels<HistoryForecaster> stored;
    private final IncidentRules rules;

    Histories(Models models, OpenedModels<HistoryForecaster> stored, AnomalyProperties anomalies) {
        this.online = HistoryForecaster.stepping(models.byDefault());
        this.stored = stored;
        this.rules = anomalies.rules();
    }

    /**
     * Forecasts each history that can be, and says of the others why not.
     *
     * @throws RequestProblem if there is no such model, it is no forecaster or does not reach so far
     */
    HistoryForecastAnswer forecast(HistoryForecastRequest request, double[] levels) {
        HistoryForecaster model = model(request.model());
        Integer asked = request.horizon();
        int horizon = asked == null ? Math.min(HistoryForecastRequest.USUAL_HORIZON, model.longestHorizon()) : asked;
        if (horizon > model.longestHorizon()) {
            throw new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, "bad-horizon",
                    "horizon: expected 1 to " + model.longestHorizon() + " steps, which " + model.model() + " forecasts, but was "
                            + horizon);
        }
        return new HistoryForecastAnswer(model.model(), answered(request.histories(),
                histories -> model.forecast(histories, horizon, levels, inTime()),
                (name, outcome) -> new HistoryForecastAnswer.Result(name,
                        outcome.channels().stream().map(channel -> channel(channel, levels)).toList(), outcome.problem()),
                (name, problem) -> new HistoryForecastAnswer.Result(name, List.of(), problem)));
    }

    /**
     * Judges each history that can be, and says of the others why not.
     *
     * @throws RequestProblem if there is no such model, or it does not serve streams of one series
     */
    HistoryScoreAnswer score(HistoryScoreRequest request, double[] levels) {
        HistoryForecaster model = model(request.model());
        HistoryScorer scorer = model.scorer().orElseThrow(() -> new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, "model-cannot-score",
                "model: expected one that serves streams of one series but " + model.model() + " does not"));
        return new HistoryScoreAnswer(scorer.model(), answered(request.histories(),
                histories -> scored(scorer, histories, levels), (name, judged) -> {
                    Scores scores = judged.outcome.scores();
                    return scores == null
                            ? refused(name, judged.outcome.problem())
                            : new HistoryScoreAnswer.Result(name, scores.expected(), scores.lower(), scores.upper(), scores.score(),
                                    rules.incidents(scorer.model(), judged.history.channels()[0], scores::judgement).stream()
                                            .map(Histories::anomaly).toList(),
                                    null);
                }, Histories::refused));
    }

    private record Judged(History history, HistoryScorer.Outcome outcome) {}

    private static List<Judged> scored(HistoryScorer scorer, List<History> histories, double[] levels) {
        Iterator<HistoryScorer.Outcome> outcomes = scorer.score(histories, levels, inTime()).iterator();
        return histories.stream().map(history -> new Judged(history, outcomes.next())).toList();
    }

    private static HistoryScoreAnswer.Result refused(String name, @Nullable String problem) {
        return new HistoryScoreAnswer.Result(name, new double[0], new double[0][], new double[0][], new double[0], List.of(), problem);
    }

    private static Anomaly anomaly(Incident incident) {
        return new Anomaly((int) incident.startTime(), (int) incident.lastTime(), incident.ended(), (int) incident.peakTime());
    }

    private HistoryForecaster model(String id) {
        return id.equals(ONLINE) ? online : stored.get(id);
    }

    private static BooleanSupplier inTime() {
        long started = System.nanoTime();
        return () -> System.nanoTime() - started < MOST_NANOS;
    }

    private interface Named<T, R> {
        R of(String name, T what);
    }

    /** One answer for each history, in their order: of those that are histories what was made of them together, of the others what is wrong. */
    private static <T, R> List<R> answered(List<HistoryForecastRequest.History> asked, Function<List<History>, List<T>> made,
            Named<T, R> answer, Named<String, R> problem) {
        List<History> histories = new ArrayList<>();
        List<@Nullable String> problems = new ArrayList<>();
        for (HistoryForecastRequest.History one : asked) {
            try {
                histories.add(History.regular(one.startNanos(), one.stepNanos(), one.channels()));
                problems.add(null);
            } catch (IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        Iterator<T> outcomes = made.apply(histories).iterator();
        List<R> answers = new ArrayList<>();
        for (int i = 0; i < problems.size(); i++) {
            String found = problems.get(i);
            String name = asked.get(i).name();
            answers.add(found == null ? answer.of(name, outcomes.next()) : problem.of(name, found));
        }
        return answers;
    }

    private static Channel channel(ChannelForecast forecast, double[] levels) {
        return new Channel(forecast.column(), forecast.after(), forecast.issuedAtNanos(), forecast.outlook().stepNanos(),
                Intervals.mean(forecast.outlook()),
                Intervals.of(forecast.outlook(), levels));
    }
}
