package io.longwave.api.group;

import io.longwave.api.query.Times;
import io.longwave.db.group.GroupAnomalyRow;
import io.longwave.db.group.GroupDescription;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Schema(name = "GroupAnomaly", description = "An event in which the series of a group did not behave as they do together.")
record GroupAnomalyView(@Schema(description = "Deterministic: the same rows give the same ids.") String id,
        @Schema(description = "Name of the group.", example = "plant") String group,
        @Schema(description = "First anomalous row.", format = "date-time", example = "2026-03-01T12:00:00Z") String time,
        @Schema(description = "Last anomalous row; null while it lasts.", format = "date-time", example = "2026-03-01T12:05:00Z") @Nullable String timeEnd,
        @Schema(format = "date-time", example = "2026-03-01T12:02:00Z") String peakTime,
        @Schema(description = "Largest score inside, in [0, 1].", example = "0.998") double peakScore,
        @Schema(description = "Rows inside.", example = "6") int points, @Schema(example = "spacetime-plant-1") String model,
        @Schema(description = "How much each series speaks against the row at the peak, most first; without those that had no value there.") List<Contribution> contributions) {

    @Schema(name = "GroupContribution", description = "How much a series speaks against a row.")
    record Contribution(
            @Schema(description = "Id of the series; null where it was forgotten and has not come again.", example = "17") @Nullable Long series,
            @Schema(description = "Name of the series.", example = "pump,unit=3 pressure") String name,
            @Schema(description = "Of the model that the series stands for.", example = "pressure") String column,
            @Schema(description = "Share of the evidence, all together 1.", example = "0.83") float share) {}

    static GroupAnomalyView of(GroupDescription group, GroupAnomalyRow row) {
        List<Contribution> contributions = row.contributions(group).stream()
                .map(one -> new Contribution(one.member().series(), one.member().display(), one.member().column(), one.share())).toList();
        Long end = row.endNanos();
        return new GroupAnomalyView(row.id(), group.name(), Times.text(row.startNanos()), end == null ? null : Times.text(end),
                Times.text(row.peakNanos()), row.peakScore(), row.points(), row.model(), contributions);
    }
}
