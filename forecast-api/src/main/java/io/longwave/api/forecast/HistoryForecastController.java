package io.longwave.api.forecast;

import io.longwave.api.access.OfNoTenant;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.PostedChannels;
import io.longwave.wire.HistoryForecastRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
@OfNoTenant
@Tag(name = "forecasts")
class HistoryForecastController {
    private final HistoryForecasts forecasts;

    HistoryForecastController(HistoryForecasts forecasts) {
        this.forecasts = forecasts;
    }

    @Schema(name = "Histories", description = "What to forecast, and how far.")
    record Histories(
            @ArraySchema(minItems = 1, maxItems = HistoryForecasts.MAX_HISTORIES, schema = @Schema(implementation = History.class)) @Nullable List<@Nullable History> histories,
            @Schema(description = "Steps ahead, 1 to 10000; by default 96, or those the model was trained for where these are fewer.", example = "24") @Nullable Integer horizon,
            @Schema(description = "Interval levels in (0, 1), at most 10; 0.8 and 0.95 by default.", example = "[0.8, 0.95]") @Nullable List<Double> levels) {}

    @Schema(name = "History", description = "Values at equal distances, in the unit that the model was trained on.")
    record History(@Schema(description = "Comes back with the answer.", example = "shop 12") @Nullable String name,
            @Schema(description = "One array of values for each column that the model forecasts, oldest first, all of one length; null where a value is missing.", example = "[[12.5,13.1,null,12.8]]") @Nullable List<@Nullable List<@Nullable Double>> channels,
            @Schema(description = "Time of the first value: RFC 3339, or a number since the epoch as text. Without it points say only how far ahead they are.", example = "2026-03-01T00:00:00Z") @Nullable String start,
            @Schema(description = "Distance of two values; 1s by default. With it the online model knows the time of day and of week.", example = "15m") @Nullable String step) {}

    @PostMapping("/api/v1/models/{model}/forecast")
    @Operation(operationId = "forecastHistories", summary = "Forecast posted values", description = """
            Nothing is stored. The online model, whose id here is `online`, needs no training and at least 24 values. It, and trained models that can serve a
            stream, give intervals that are measured on the history itself, and go on from its last known value in steps of the usual distance of known values. Other
            models see the last values they look back on and give means alone. A history that cannot be forecast has a problem in its place; the others have
            their answers.""")
    HistoryForecastView forecast(
            @Parameter(description = "Id of a registered model, or `online`.", example = "online") @PathVariable String model,
            @RequestBody Histories body) {
        Checked checked = checked(body.histories());
        return HistoryForecastView.of(forecasts.of(model, body.horizon(), body.levels(), checked.histories), checked.timed);
    }

    /** @param timed for each history, whether it says when it starts */
    private record Checked(List<HistoryForecastRequest.History> histories, List<Boolean> timed) {}

    private static Checked checked(@Nullable List<@Nullable History> given) {
        if (given == null) {
            throw HistoryForecasts.badHistories("1 to " + HistoryForecasts.MAX_HISTORIES + " histories", "absent");
        }
        List<HistoryForecastRequest.History> histories = new ArrayList<>();
        List<Boolean> timed = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            String where = "histories[" + i + "]";
            History one = given.get(i);
            if (one == null) {
                throw ProblemException.badParameter(where, "an object", "null");
            }
            histories.add(
                    HistoryForecasts.history(where + ".", one.name(), one.start(), one.step(), PostedChannels.of(where, one.channels())));
            timed.add(one.start() != null);
        }
        return new Checked(histories, timed);
    }
}
