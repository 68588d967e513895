package io.longwave.api.anomaly;

import io.longwave.api.query.Times;
import io.longwave.db.anomaly.AnomalyRow;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** One event as the API shows it; also the form in which live events are sent. */
@Schema(name = "Anomaly", description = "An event in which a series left its expected range.")
public record AnomalyView(@Schema(description = "Deterministic: the same stream gives the same ids.") String id,
        @Schema(description = "Id of the series.", example = "17") long series,
        @Schema(description = "Name of the series.", example = "cpu,host=a usage") String name,
        @Schema(description = "First anomalous sample.", format = "date-time", example = "2026-03-01T12:00:00Z") String time,
        @Schema(description = "Last anomalous sample; null while it lasts.", format = "date-time", example = "2026-03-01T12:01:30Z") @Nullable String timeEnd,
        @Schema(format = "date-time", example = "2026-03-01T12:00:40Z") String peakTime,
        @Schema(description = "Largest score inside, in [0, 1].", example = "0.998") double peakScore,
        @Schema(description = "Value at the peak.", example = "97.1") double peakValue,
        @Schema(description = "What the model expected at the peak.", example = "41.2") double expected,
        @Schema(description = "Samples inside.", example = "10") int points, @Schema(example = "online-1") String model,
        @Schema(description = "Of what the values are: a gauge, or the rate of a counter. A series may have been the other one then.", example = "gauge", allowableValues = {
                "gauge", "counter"}) String kind) {

    /** The view of a row. */
    public static AnomalyView of(AnomalyRow row) {
        Long end = row.endNanos();
        return new AnomalyView(row.id(), row.seriesId(), row.display(), Times.text(row.startNanos()), end == null ? null : Times.text(end),
                Times.text(row.peakNanos()), row.peakScore(), row.peakValue(), row.expected(), row.points(), row.model(),
                row.kind().text());
    }
}
