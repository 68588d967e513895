package io.longwave.model.forecast;

import io.longwave.model.forecast.LiveForecasts.Answer;
import io.longwave.model.problem.RequestProblem;
import io.longwave.model.serving.ForecastProperties;
import io.longwave.series.Forecast;
import io.longwave.wire.ForecastRequest;
import java.sql.SQLException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ForecastController {
    private final LiveForecasts forecasts;
    private final int maxHorizon;

    ForecastController(LiveForecasts forecasts, ForecastProperties properties) {
        this.forecasts = forecasts;
        this.maxHorizon = properties.maxHorizon();
    }

    @PostMapping(ForecastRequest.PATH)
    Forecast forecast(@RequestBody ForecastRequest request) throws SQLException {
        check(request);
        double[] levels = request.levels().stream().mapToDouble(Double::doubleValue).toArray();
        return switch (forecasts.forecast(request.series(), request.horizon(), levels)) {
            case Answer.Made made -> made.forecast();
            case Answer.Unknown() -> throw new RequestProblem(HttpStatus.NOT_FOUND, "unknown-series",
                    "expected a series that has samples but was " + request.series());
            case Answer.WarmingUp warming -> throw new RequestProblem(HttpStatus.CONFLICT, "warming-up",
                    "the model has seen " + warming.samplesSeen() + " samples of " + request.series() + " and needs more");
            case Answer.NotHere elsewhere -> throw RequestProblem.notReady(elsewhere.why());
        };
    }

    private void check(ForecastRequest request) {
        RequestProblem.requireSeriesKey(request.series());
        if (request.horizon() < 1 || request.horizon() > maxHorizon) {
            throw new RequestProblem(HttpStatus.BAD_REQUEST, "bad-horizon",
                    "horizon: expected 1 to " + maxHorizon + " steps but was " + request.horizon());
        }
        for (double level : request.levels()) {
            if (!(level > 0 && level < 1)) {
                throw new RequestProblem(HttpStatus.BAD_REQUEST, "bad-level",
                        "interval level: expected a number between 0 and 1 but was " + level);
            }
        }
    }
}
