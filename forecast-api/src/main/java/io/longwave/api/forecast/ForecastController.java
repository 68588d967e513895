package io.longwave.api.forecast;

import io.longwave.api.modelservice.ModelService;
import io.longwave.api.query.Limits;
import io.longwave.api.query.Times;
import io.longwave.api.series.KnownSeries;
import io.longwave.db.forecast.ForecastQueries;
import io.longwave.db.point.PointQueries;
import io.longwave.db.point.TimeSpan;
import io.longwave.db.series.TenantScope;
import io.longwave.wire.ForecastRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/series/{id}")
@Tag(name = "forecasts")
class ForecastController {
    private static final int DEFAULT_HORIZON = 96;
    private static final int MAX_HORIZON = 10_000;

    private final KnownSeries series;
    private final ModelService modelService;
    private final ForecastQueries forecasts;
    private final PointQueries points;

    ForecastController(KnownSeries series, ModelService modelService, ForecastQueries forecasts, PointQueries points) {
        this.series = series;
        this.modelService = modelService;
        this.forecasts = forecasts;
        this.points = points;
    }

    @Schema(name = "ForecastQuestion", description = "What to forecast; every member may be left out.")
    record Question(@Schema(description = "Steps ahead, 1 to 10000; 96 by default.", example = "96") @Nullable Integer horizon,
            @Schema(description = "Interval levels in (0, 1), at most 10.", example = "[0.8, 0.95]") @Nullable List<Double> levels) {}

    @GetMapping("/forecast")
    @Operation(operationId = "getForecast", summary = "Forecast from the live state of the series", description = """
            Computed when asked, by the model that serves the series. 409 while that model warms up, 503 with Retry-After while its owner is
            away. Needs no training: every new series is forecast by the online model.""")
    ForecastView forecast(TenantScope scope, @PathVariable long id,
            @Parameter(description = "Steps ahead, 1 to 10000; 96 by default.", example = "96") @RequestParam(required = false) @Nullable Integer horizon,
            @Parameter(description = "Interval levels in (0, 1), separated by commas, at most 10; 0.8,0.95 by default.", example = "0.8,0.95", schema = @Schema(type = "string")) @RequestParam(required = false) @Nullable String levels) {
        return live(scope, id, horizon, levels == null ? null : AskedLevels.parse(levels));
    }

    @PostMapping("/forecast")
    @Operation(operationId = "postForecast", summary = "The same with a JSON body")
    ForecastView forecast(TenantScope scope, @PathVariable long id, @RequestBody Question question) {
        return live(scope, id, question.horizon(), question.levels());
    }

    @GetMapping("/forecasts")
    @Operation(operationId = "getStoredForecasts", summary = "Stored forecasts, newest first", description = """
            Forecasts are stored for promoted and watched series only, one per issue time.""")
    List<ForecastView> stored(TenantScope scope, @PathVariable long id,
            @Parameter(description = "Issued at this time or later. " + Times.SYNTAX) @RequestParam(required = false) @Nullable String from,
            @Parameter(description = "Issued before. " + Times.SYNTAX) @RequestParam(required = false) @Nullable String to,
            @Parameter(description = "Largest number of forecasts, 1 to 100; 1 by default.") @RequestParam(required = false) @Nullable Integer limit) {
        int most = Limits.within("limit", limit, 1, 1, 100);
        series.key(scope, id);
        Long start = Times.parse("from", from, () -> points.newestTime(id));
        Long end = Times.parse("to", to, () -> points.newestTime(id));
        TimeSpan span = new TimeSpan(start == null ? Long.MIN_VALUE : start, end == null ? Long.MAX_VALUE : end);
        return forecasts.issued(id, span, most).stream().map(row -> ForecastView.stored(id, row)).toList();
    }

    private ForecastView live(TenantScope scope, long id, @Nullable Integer horizon, @Nullable List<Double> levels) {
        int steps = Limits.within("horizon", horizon, DEFAULT_HORIZON, 1, MAX_HORIZON);
        return ForecastView.live(id, modelService.forecast(new ForecastRequest(series.key(scope, id), steps, AskedLevels.checked(levels))));
    }
}
