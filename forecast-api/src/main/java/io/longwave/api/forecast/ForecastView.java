package io.longwave.api.forecast;

import io.longwave.api.forecast.ForecastPoints.Band;
import io.longwave.api.forecast.ForecastPoints.Interval;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.Times;
import io.longwave.db.forecast.ForecastRow;
import io.longwave.series.Forecast;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Future values of one series as the API shows them. */
@Schema(name = "Forecast", description = "Future values of one series as a model saw them at one moment.")
public record ForecastView(@Schema(description = "Id of the series.", example = "17") long series,
        @Schema(description = "Model that made it.", example = "online-1") String model,
        @Schema(description = "Time of the last sample the model had seen.", format = "date-time", example = "2026-03-01T12:00:00Z") String issuedAt,
        @Schema(description = "Distance of two steps, ISO 8601.", example = "PT10S") String step,
        @Schema(description = "Which intervals the points carry.") List<Interval> intervals,
        @Schema(description = """
                One flat object per step: time, mean, and for each interval its bounds lo-P and hi-P, where P is the level in percent.""", example = """
                [{"time":"2026-03-01T12:00:10Z","mean":40.9,"lo-80":38.2,"hi-80":43.6,"lo-95":36.7,"hi-95":45.1}]""") List<Map<String, Object>> points) {

    /**
     * The view of one that was just made.
     *
     * @throws ProblemException if steps go beyond the times there are
     */
    public static ForecastView live(long series, Forecast forecast) {
        long most = Forecast.stepsWithinTime(forecast.issuedAtNanos(), forecast.stepNanos());
        if (forecast.mean().size() > most) {
            throw ProblemException.badParameter("horizon", "at most " + most + " steps of " + Duration.ofNanos(forecast.stepNanos())
                    + ", which end in 2262 with the times that nanoseconds can tell", forecast.mean().size());
        }
        return of(series, forecast.model(), forecast.issuedAtNanos(), forecast.stepNanos(), forecast.mean(),
                ForecastPoints.bands(forecast.intervals()));
    }

    static ForecastView stored(long series, ForecastRow row) {
        List<Band> bands = new ArrayList<>();
        for (int k = 0; k < row.levels().size(); k++) {
            bands.add(new Band(row.levels().get(k), null, row.lower().get(k), row.upper().get(k)));
        }
        long most = Forecast.stepsWithinTime(row.issuedAtNanos(), row.stepNanos());
        return of(series, row.model(), row.issuedAtNanos(), row.stepNanos(), row.mean().subList(0, (int) Math.min(most, row.mean().size())),
                bands);
    }

    private static ForecastView of(long series, String model, long issuedAt, long step, List<Double> mean, List<Band> bands) {
        return new ForecastView(series, model, Times.text(issuedAt), Duration.ofNanos(step).toString(),
                bands.stream().map(Band::interval).toList(),
                ForecastPoints.of(mean, bands, (point, h) -> point.put("time", Times.text(issuedAt + step * (h + 1)))));
    }
}
