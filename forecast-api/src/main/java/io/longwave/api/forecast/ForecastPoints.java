package io.longwave.api.forecast;

import io.longwave.series.PredictionInterval;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/** Steps of a forecast as flat objects: mean, and for each interval its bounds lo-P and hi-P, where P is the level in percent. */
final class ForecastPoints {
    private ForecastPoints() {}

    @Schema(name = "ForecastInterval")
    record Interval(@Schema(description = "Asked probability in (0, 1).", example = "0.8") double level,
            @Schema(description = "Member with the lower bound.", example = "lo-80") String lower,
            @Schema(description = "Member with the upper bound.", example = "hi-80") String upper,
            @Schema(description = "Share of recent values that fell inside a one-step interval of this level; null until measured.", example = "0.81") @Nullable Double achievedCoverage) {}

    /** Bounds of one level, [H] each. */
    record Band(double level, @Nullable Double achievedCoverage, List<Double> lower, List<Double> upper) {
        Interval interval() {
            String percent = PredictionInterval.percent(level);
            return new Interval(level, "lo-" + percent, "hi-" + percent, achievedCoverage);
        }
    }

    static List<Band> bands(List<PredictionInterval> intervals) {
        return intervals.stream()
                .map(interval -> new Band(interval.level(), interval.achievedCoverage(), interval.lower(), interval.upper())).toList();
    }

    /**
     * One object for each step.
     *
     * @param mean [H]
     * @param when writes the members that say which step it is, from 0
     */
    static List<Map<String, Object>> of(List<Double> mean, List<Band> bands, ObjIntConsumer<Map<String, Object>> when) {
        List<Interval> intervals = bands.stream().map(Band::interval).toList();
        List<Map<String, Object>> points = new ArrayList<>(mean.size());
        for (int h = 0; h < mean.size(); h++) {
            Map<String, Object> point = new LinkedHashMap<>();
            when.accept(point, h);
            point.put("mean", mean.get(h));
            for (int k = 0; k < bands.size(); k++) {
                point.put(intervals.get(k).lower(), bands.get(k).lower().get(h));
                point.put(intervals.get(k).upper(), bands.get(k).upper().get(h));
            }
            points.add(point);
        }
        return points;
    }
}
