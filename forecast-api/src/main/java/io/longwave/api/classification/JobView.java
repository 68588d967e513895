package io.longwave.api.classification;

import io.longwave.db.classification.JobRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@Schema(name = "ClassificationJob", description = "A batch of recordings and how far it is.")
record JobView(UUID id, @Schema(example = "s4d-fsdd-1") String model,
        @Schema(description = "Classes of the model.", example = "[\"N\",\"S\",\"V\",\"F\"]") List<String> classes, Instant createdAt,
        @Schema(description = "Null while recordings are open.") @Nullable Instant finishedAt,
        @Schema(description = "Recordings of the batch.", example = "200") long recordings,
        @Schema(description = "Recordings that were tried, with or without an answer.", example = "64") long classified,
        @Schema(description = "Of these, recordings that could not be classified; their results say why.", example = "1") long failed) {

    static JobView of(JobRow row) {
        return new JobView(row.id(), row.model(), row.classes(), row.createdAt(), row.finishedAt(), row.recordings(), row.classified(),
                row.failed());
    }
}
