package io.longwave.api.group;

import io.longwave.api.query.Times;
import io.longwave.db.group.GroupDescription;
import io.longwave.db.group.JudgedRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Schema(name = "GroupScores", description = "Judged rows of a group.")
record ScoresView(@Schema(description = "Name of the group.", example = "plant") String group,
        @Schema(description = "Model that judges it now.", example = "spacetime-plant-1") String model,
        @Schema(description = "Distance of two rows, ISO 8601.", example = "PT1M") String step,
        @Schema(description = "Ids in the order of the model's columns, for which the arrays of rows stand; null where a series was forgotten.", example = "[17, 18]") List<@Nullable Long> series,
        @Schema(description = "Ascending in time.") List<Row> rows) {

    @Schema(name = "GroupRow", description = "The values of all series at one time, as the model judged them.")
    record Row(@Schema(format = "date-time", example = "2026-03-01T12:00:00Z") String time,
            @Schema(description = "Anomaly score in [0, 1].", example = "0.97") float score,
            @Schema(description = "Model that judged it.", example = "spacetime-plant-1") String model,
            @Schema(description = "What was expected of each series; null where it had no value.", example = "[40.9, null]") List<@Nullable Double> expected,
            @Schema(description = "How much each series speaks against the row, all together 1; null where it had no value.", example = "[1.0, null]") List<@Nullable Float> contribution) {

        static Row of(JudgedRow row) {
            return new Row(Times.text(row.timeNanos()), row.score(), row.model(), row.expected(), row.contribution());
        }
    }

    static ScoresView of(GroupDescription group, List<JudgedRow> rows) {
        List<@Nullable Long> series = new ArrayList<>();
        group.members().forEach(member -> series.add(member.series()));
        return new ScoresView(group.name(), group.model(), Duration.ofNanos(group.stepNanos()).toString(), series,
                rows.stream().map(Row::of).toList());
    }
}
