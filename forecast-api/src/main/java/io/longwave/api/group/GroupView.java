package io.longwave.api.group;

import io.longwave.api.query.Times;
import io.longwave.db.group.GroupDescription;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Schema(name = "Group", description = "Series that one model judges jointly.")
record GroupView(@Schema(example = "plant") String name,
        @Schema(description = "Model that judges them.", example = "spacetime-plant-1") String model,
        @Schema(description = "Distance of two rows, ISO 8601.", example = "PT1M") String step,
        @Schema(description = "In the order of the model's columns.") List<Member> series,
        @Schema(description = "When it was made.") Instant createdAt,
        @Schema(description = "Time of the last judged row; null while none is stored.", format = "date-time", example = "2026-03-01T12:00:00Z") @Nullable String judgedTo,
        @Schema(description = "Why it does not go on: what was expected and what was found; null while it does.") @Nullable String problem) {

    @Schema(name = "GroupMember", description = "A series of a group.")
    record Member(@Schema(description = "Of the model that the series stands for.", example = "pressure") String column,
            @Schema(description = "Id of the series; null where it was forgotten and has not come again.", example = "17") @Nullable Long series,
            @Schema(description = "Canonical key.", example = "default/plant/pump,unit=3#pressure") String key,
            @Schema(description = "Name of the series.", example = "pump,unit=3 pressure") String name) {}

    static GroupView of(GroupDescription group) {
        Long judgedTo = group.judgedToNanos();
        return new GroupView(group.name(), group.model(), Duration.ofNanos(group.stepNanos()).toString(),
                group.members().stream().map(member -> new Member(member.column(), member.series(), member.key(), member.display()))
                        .toList(),
                group.createdAt(), judgedTo == null ? null : Times.text(judgedTo), group.problem());
    }
}
