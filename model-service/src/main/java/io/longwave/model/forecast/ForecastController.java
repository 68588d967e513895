package io.longwave.model.forecast;

import io.longwave.model.forecast.LiveForecasts.Answer;
import io.longwave.model.problem.RequestProblem;
import io.longwave.model.serving.ForecastProperties;
import io.longwave.series.Forecast;
import io.longwave.wire.ForecastRequest;
import io.longwave.wire.HistoryForecastAnswer;
import io.longwave.wire.HistoryForecastRequest;
import io.longwave.wire.HistoryScoreAnswer;
import io.longwave.wire.HistoryScoreRequest;
import java.sql.SQLException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ForecastController {
    private final LiveForecasts forecasts;
    private final Histories histories;
    private final int maxHorizon;

    ForecastController(LiveForecasts forecasts, Histories histories, ForecastProperties properties) {
        this.forecasts = forecasts;
        this.histories = histories;
        this.maxHorizon = properties.maxHorizon();
    }

    @PostMapping(ForecastRequest.PATH)
    ResponseEntity<Forecast> forecast(@RequestBody ForecastRequest request) throws SQLException {
        RequestProblem.requireSeriesKey(request.series());
        check(request.horizon());
        double[] levels = Intervals.levels(request.levels());
        return switch (forecasts.forecast(request.series(), request.horizon(), levels)) {
            case Answer.Made made -> ResponseEntity.ok(made.forecast());
            case Answer.Unknown() -> throw new RequestProblem(HttpStatus.NOT_FOUND, "unknown-series",
                    "expected a series that has samples but was " + request.series());
            case Answer.WarmingUp warming -> throw new RequestProblem(HttpStatus.CONFLICT, "warming-up",
                    "the model has seen " + warming.samplesSeen() + " samples of " + request.series() + " and needs more");
            case Answer.NotHere elsewhere -> ResponseEntity.status(HttpStatus.TEMPORARY_REDIRECT)
                    .location(elsewhere.owner().orElseThrow(
                            () -> RequestProblem.notReady("partition " + elsewhere.partition() + " is not running here"))
                            .resolve(ForecastRequest.PATH))
                    .build();
        };
    }

    @PostMapping(HistoryForecastRequest.PATH)
    HistoryForecastAnswer forecast(@RequestBody HistoryForecastRequest request) {
        Integer horizon = request.horizon();
        check(horizon == null ? 1 : horizon);
        return histories.forecast(request, Intervals.levels(request.levels()));
    }

    @PostMapping(HistoryScoreRequest.PATH)
    HistoryScoreAnswer score(@RequestBody HistoryScoreRequest request) {
        return histories.score(request, Intervals.levels(request.levels()));
    }

    private void check(int horizon) {
        if (horizon < 1 || horizon > maxHorizon) {
            throw new RequestProblem(HttpStatus.BAD_REQUEST, "bad-horizon",
                    "horizon: expected 1 to " + maxHorizon + " steps but was " + horizon);
        }
    }
}
