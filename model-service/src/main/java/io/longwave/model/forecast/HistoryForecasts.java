package io.longwave.model.forecast;

import io.longwave.model.problem.RequestProblem;
import io.longwave.model.registry.OpenedModels;
import io.longwave.model.serving.Models;
import io.longwave.ssm.forecast.HistoryForecaster;
import io.longwave.ssm.forecast.HistoryForecaster.ChannelForecast;
import io.longwave.ssm.forecast.HistoryForecaster.Outcome;
import io.longwave.wire.HistoryForecastAnswer;
import io.longwave.wire.HistoryForecastAnswer.Channel;
import io.longwave.wire.HistoryForecastAnswer.Result;
import io.longwave.wire.HistoryForecastRequest;
import io.longwave.wire.HistoryForecastRequest.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Forecasts of histories that a request brings. */
@Component
class HistoryForecasts {
    private static final String ONLINE = "";
    /** After which no more histories are begun; whoever asks waits some minutes. */
    private static final long MOST_NANOS = Duration.ofMinutes(2).toNanos();

    private final HistoryForecaster online;
    private final OpenedModels<HistoryForecaster> stored;

    HistoryForecasts(Models models, OpenedModels<HistoryForecaster> stored) {
        this.online = HistoryForecaster.stepping(models.byDefault());
        this.stored = stored;
    }

    /**
     * Forecasts each history that can be, and says of the others why not.
     *
     * @throws RequestProblem if there is no such model, it is no forecaster or does not reach so far
     */
    HistoryForecastAnswer forecast(HistoryForecastRequest request, double[] levels) {
        return forecast(request.model().equals(ONLINE) ? online : stored.get(request.model()), request, levels);
    }

    private static HistoryForecastAnswer forecast(HistoryForecaster model, HistoryForecastRequest request, double[] levels) {
        Integer asked = request.horizon();
        int horizon = asked == null ? Math.min(HistoryForecastRequest.USUAL_HORIZON, model.longestHorizon()) : asked;
        if (horizon > model.longestHorizon()) {
            throw new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, "bad-horizon",
                    "horizon: expected 1 to " + model.longestHorizon() + " steps, which " + model.model() + " forecasts, but was "
                            + horizon);
        }
        List<io.longwave.ssm.forecast.History> histories = new ArrayList<>();
        List<@Nullable String> problems = new ArrayList<>();
        for (History history : request.histories()) {
            try {
                histories.add(io.longwave.ssm.forecast.History.regular(history.startNanos(), history.stepNanos(), history.channels()));
                problems.add(null);
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage());
            }
        }
        long started = System.nanoTime();
        Iterator<Outcome> outcomes = model.forecast(histories, horizon, levels, () -> System.nanoTime() - started < MOST_NANOS).iterator();
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < problems.size(); i++) {
            String name = request.histories().get(i).name();
            results.add(problems.get(i) == null ? result(name, outcomes.next(), levels) : new Result(name, List.of(), problems.get(i)));
        }
        return new HistoryForecastAnswer(model.model(), results);
    }

    private static Result result(String name, Outcome outcome, double[] levels) {
        return new Result(name, outcome.channels().stream().map(channel -> channel(channel, levels)).toList(), outcome.problem());
    }

    private static Channel channel(ChannelForecast forecast, double[] levels) {
        return new Channel(forecast.column(), forecast.after(), forecast.issuedAtNanos(), forecast.outlook().stepNanos(),
                Intervals.mean(forecast.outlook()),
                Intervals.of(forecast.outlook(), levels));
    }
}
