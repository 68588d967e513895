package io.longwave.api.forecast;

import io.longwave.api.forecast.ForecastPoints.Band;
import io.longwave.api.forecast.ForecastPoints.Interval;
import io.longwave.api.query.Times;
import io.longwave.wire.HistoryForecastAnswer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

@Schema(name = "HistoryForecasts", description = "Answers in the order of the histories.")
record HistoryForecastView(@Schema(description = "Model that made them.", example = "online-1") String model, List<Result> results) {

    @Schema(name = "HistoryForecast")
    record Result(@Schema(description = "Name of the history.", example = "shop 12") String history,
            @Schema(description = "One for each column of the model; empty where there is a problem.") List<Channel> channels,
            @Schema(description = "Why it was not forecast: what was expected and what was found. Null where it was.") @Nullable String problem) {}

    @Schema(name = "ChannelForecast")
    record Channel(@Schema(description = "What the model calls it.", example = "OT") String column,
            @Schema(description = "How many values of the history lie before the first step; fewer than it has where the last ones are missing.", example = "96") int after,
            @Schema(description = "Distance of two steps, ISO 8601.", example = "PT15M") String step,
            @Schema(description = "Which intervals the points carry; none of a model that does not know its errors.") List<Interval> intervals,
            @Schema(description = """
                    One flat object per step: ahead from 1, time where the history says when it starts, mean, and for each interval its bounds lo-P and hi-P, where P
                    is the level in percent.""", example = """
                    [{"ahead":1,"time":"2026-03-01T12:00:00Z","mean":12.9,"lo-80":12.1,"hi-80":13.7}]""") List<Map<String, Object>> points) {}

    /** @param timed for each history, whether its times are real */
    static HistoryForecastView of(HistoryForecastAnswer answer, List<Boolean> timed) {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < answer.results().size(); i++) {
            HistoryForecastAnswer.Result result = answer.results().get(i);
            boolean times = timed.get(i);
            results.add(new Result(result.name(), result.channels().stream().map(channel -> channel(channel, times)).toList(),
                    result.problem()));
        }
        return new HistoryForecastView(answer.model(), results);
    }

    private static Channel channel(HistoryForecastAnswer.Channel channel, boolean timed) {
        List<Band> bands = ForecastPoints.bands(channel.intervals());
        List<Map<String, Object>> points = ForecastPoints.of(channel.mean(), bands, (point, h) -> {
            point.put("ahead", h + 1);
            if (timed) {
                point.put("time", Times.text(channel.issuedAtNanos() + channel.stepNanos() * (h + 1)));
            }
        });
        return new Channel(channel.column(), channel.after(), Duration.ofNanos(channel.stepNanos()).toString(),
                bands.stream().map(Band::interval).toList(),
                points);
    }
}
