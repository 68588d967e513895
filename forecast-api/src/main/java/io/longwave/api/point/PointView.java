package io.longwave.api.point;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.longwave.api.query.Times;
import io.longwave.db.point.PointRow;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** One point as the API shows it; also the form in which live points are sent. */
@Schema(name = "Point", description = "One measured value, or the summary of several, with what the model expected.")
public record PointView(
        @Schema(description = "RFC 3339 with up to nine digits of a second; of a summary, the start of its bucket.", format = "date-time", example = "2026-03-01T12:00:00.123456789Z") String time,
        @Schema(description = "The value, of a counter its rate per second; of a summary, the mean.", example = "41.5") double value,
        @Schema(description = "Expected value; null while the model warms up or when the point came late.", example = "40.9") @Nullable Double predicted,
        @Schema(description = "Lower end of the expected range.", example = "38.0") @Nullable Double lower,
        @Schema(description = "Upper end of the expected range.", example = "43.7") @Nullable Double upper,
        @Schema(description = "Anomaly score in [0, 1]; of a summary, the largest.", example = "0.12") @Nullable Double score,
        @Schema(description = "Model that expected it.", example = "online-1") @Nullable String model,
        @Schema(description = "Smallest value; summaries only.") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double min,
        @Schema(description = "Largest value; summaries only.") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double max,
        @Schema(description = "How many points; summaries only.") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long count,
        @Schema(description = "The value of a counter as it was written; single points of counters only.") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double total) {

    /** A single point. */
    public static PointView single(PointRow row) {
        return new PointView(Times.text(row.timeNanos()), row.value(), row.predicted(), row.lower(), row.upper(), row.score(), row.model(),
                null, null, null, row.total());
    }

    static PointView summary(PointRow row) {
        return new PointView(Times.text(row.timeNanos()), row.value(), row.predicted(), row.lower(), row.upper(), row.score(), row.model(),
                row.min(), row.max(), row.count(), null);
    }
}
