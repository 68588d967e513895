package io.longwave.api.forecast;

import io.longwave.api.query.Times;
import io.longwave.db.forecast.ForecastRow;
import io.longwave.series.Forecast;
import io.longwave.series.PredictionInterval;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

@Schema(name = "Forecast", description = "Future values of one series as a model saw them at one moment.")
record ForecastView(@Schema(description = "Id of the series.", example = "17") long series,
        @Schema(description = "Model that made it.", example = "online-1") String model,
        @Schema(description = "Time of the last sample the model had seen.", format = "date-time", example = "2026-03-01T12:00:00Z") String issuedAt,
        @Schema(description = "Distance of two steps, ISO 8601.", example = "PT10S") String step,
        @Schema(description = "Which intervals the points carry.") List<Interval> intervals,
        @Schema(description = """
                One flat object per step: time, mean, and for each interval its bounds lo-P and hi-P, where P is the level in percent.""", example = """
                [{"time":"2026-03-01T12:00:10Z","mean":40.9,"lo-80":38.2,"hi-80":43.6,"lo-95":36.7,"hi-95":45.1}]""") List<Map<String, Object>> points) {

    @Schema(name = "ForecastInterval")
    record Interval(@Schema(description = "Asked probability in (0, 1).", example = "0.8") double level,
            @Schema(description = "Member with the lower bound.", example = "lo-80") String lower,
            @Schema(description = "Member with the upper bound.", example = "hi-80") String upper,
            @Schema(description = "Share of recent values that fell inside a one-step interval of this level; null until measured.", example = "0.81") @Nullable Double achievedCoverage) {}

    static ForecastView live(long series, Forecast forecast) {
        List<Band> bands = new ArrayList<>();
        for (PredictionInterval interval : forecast.intervals()) {
            bands.add(new Band(interval.level(), interval.achievedCoverage(), interval.lower(), interval.upper()));
        }
        return of(series, forecast.model(), forecast.issuedAtNanos(), forecast.stepNanos(), forecast.mean(), bands);
    }

    static ForecastView stored(long series, ForecastRow row) {
        List<Band> bands = new ArrayList<>();
        for (int k = 0; k < row.levels().size(); k++) {
            bands.add(new Band(row.levels().get(k), null, row.lower().get(k), row.upper().get(k)));
        }
        return of(series, row.model(), row.issuedAtNanos(), row.stepNanos(), row.mean(), bands);
    }

    /** Bounds of one level, [H] each. */
    private record Band(double level, @Nullable Double achievedCoverage, List<Double> lower, List<Double> upper) {
        Interval interval() {
            String percent = BigDecimal.valueOf(level).movePointRight(2).stripTrailingZeros().toPlainString();
            return new Interval(level, "lo-" + percent, "hi-" + percent, achievedCoverage);
        }
    }

    private static ForecastView of(long series, String model, long issuedAt, long step, List<Double> mean, List<Band> bands) {
        List<Interval> intervals = bands.stream().map(Band::interval).toList();
        List<Map<String, Object>> points = new ArrayList<>(mean.size());
        for (int h = 0; h < mean.size(); h++) {
            Map<String, Object> point = new LinkedHashMap<>();
            point.put("time", Times.text(issuedAt + step * (h + 1)));
            point.put("mean", mean.get(h));
            for (int k = 0; k < bands.size(); k++) {
                point.put(intervals.get(k).lower(), bands.get(k).lower().get(h));
                point.put(intervals.get(k).upper(), bands.get(k).upper().get(h));
            }
            points.add(point);
        }
        return new ForecastView(series, model, Times.text(issuedAt), Duration.ofNanos(step).toString(), intervals, points);
    }
}
