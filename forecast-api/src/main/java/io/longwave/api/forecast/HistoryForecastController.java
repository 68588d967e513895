package io.longwave.api.forecast;

import io.longwave.api.access.OfNoTenant;
import io.longwave.api.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "forecasts")
class HistoryForecastController {
    /** Each becomes an object of its own in the answer. */
    private static final int MAX_STEPS = 50_000;

    private final HistoryForecasts forecasts;

    HistoryForecastController(HistoryForecasts forecasts) {
        this.forecasts = forecasts;
    }

    @Schema(name = "Histories", description = "What to forecast, and how far.")
    record Histories(
            @ArraySchema(minItems = 1, maxItems = HistoryForecasts.MAX_HISTORIES, schema = @Schema(implementation = PostedHistories.History.class)) @Nullable List<PostedHistories.@Nullable History> histories,
            @Schema(description = "Steps ahead, 1 to 10000; by default 96, or those the model was trained for where these are fewer.", example = "24") @Nullable Integer horizon,
            @Schema(description = "Interval levels in (0, 1), at most 10; 0.8 and 0.95 by default.", example = "[0.8, 0.95]") @Nullable List<Double> levels) {}

    @OfNoTenant
    @PostMapping("/api/v1/models/{model}/forecast")
    @Operation(operationId = "forecastHistories", summary = "Forecast posted values", description = """
            Nothing is stored. The online model, whose id here is `online`, needs no training and at least 24 values. It, and trained models that can serve a
            stream, give intervals that are measured on the history itself, and go on from its last known value in steps of the usual distance of known values. Other
            models see the last values they look back on and give means alone. A history that cannot be forecast has a problem in its place; the others have
            their answers.""")
    HistoryForecastView forecast(
            @Parameter(description = "Id of a registered model, or `online`.", example = "online") @PathVariable String model,
            @RequestBody Histories body) {
        PostedHistories posted = PostedHistories.of(body.histories());
        HistoryForecasts.checked(posted.histories());
        long steps = HistoryForecasts.steps(body.horizon(), posted.histories());
        if (steps > MAX_STEPS) {
            throw ProblemException.badParameter("horizon", "at most " + MAX_STEPS
                    + " steps in the answer, which are channels times horizon", steps);
        }
        return HistoryForecastView.of(forecasts.of(model, body.horizon(), body.levels(), posted.histories()), posted.timed());
    }
}
