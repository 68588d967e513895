package io.longwave.api.series;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.longwave.api.query.Times;
import io.longwave.db.series.SeriesRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

@Schema(name = "Series", description = "One series with its newest point.")
record SeriesView(@Schema(example = "17") long id,
        @Schema(description = "Measurement, tags and field: what a person reads and types.", example = "cpu,host=a usage") String name,
        @Schema(description = "Canonical key.", example = "default/metrics/cpu,host=a#usage") String key,
        @Schema(example = "default") String tenant, @Schema(example = "metrics") String bucket,
        @Schema(example = "cpu") String measurement, @Schema(example = "{\"host\":\"a\"}") Map<String, String> tags,
        @Schema(example = "usage") String field, @Schema(description = "When it was first seen.") Instant createdAt,
        @Schema(description = "gauge: its values are what models see. counter: they only grow, and models see their increase per second, in which points, forecasts and anomalies are given.", example = "gauge", allowableValues = {
                "gauge", "counter"}) String kind,
        @Schema(description = "Whether a person chose the kind, against what samples say.") boolean kindChosen,
        @Schema(description = "Time of the newest point, RFC 3339.", format = "date-time", example = "2026-03-01T12:00:00.123456789Z") @Nullable String lastTime,
        @Schema(description = "The newest value; of a counter, its rate per second since the one before, null while there is none.", example = "41.5") @Nullable Double lastValue,
        @Schema(description = "Anomaly score of the newest point in [0, 1]; null while the model warms up.", example = "0.12") @Nullable Double lastScore,
        @Schema(description = "Model that scored the newest point.", example = "online-1") @Nullable String model,
        @Schema(description = "Stored model that was promoted for the series; null while the online model serves it.", example = "spacetime-etth1-3") @Nullable String promoted,
        @Schema(description = "Whether its forecasts are stored.") boolean watched,
        @Schema(description = "Steps ahead of a stored forecast; null when none are stored.", example = "96") @Nullable Integer horizon,
        @Schema(description = "Newest values, or rates of a counter, oldest first; only when asked for by recent.") @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Double> recent) {

    static SeriesView of(SeriesRow row) {
        SeriesRow.Last last = row.last();
        return new SeriesView(row.id(), row.display(), row.key().canonical(), row.key().tenant(), row.key().bucket(),
                row.key().measurement(), row.key().tags(), row.key().field(), row.createdAt(), row.kind().text(), row.kindChosen(),
                last == null ? null : Times.text(last.timeNanos()), last == null ? null : last.value(),
                last == null ? null : last.score(), last == null ? null : last.model(), row.promoted(), row.watched(),
                row.watched() ? row.horizon() : null, row.recent());
    }
}
