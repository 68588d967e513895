package io.longwave.api.model;

import io.longwave.db.model.ModelRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

@Schema(name = "Model", description = "One registered model.")
record ModelView(@Schema(example = "spacetime-etth1-3") String id, @Schema(example = "spacetime") String family,
        @Schema(example = "forecast") String task, @Schema(description = "Sizes and settings.") Map<String, Object> config,
        @Schema(description = "What it reached, on which split.") Map<String, Object> metrics,
        @Schema(description = "Fingerprint of the training data.") Map<String, Object> data, @Nullable Long seed, Instant createdAt,
        @Schema(description = "False when its files are gone.") boolean available,
        @Schema(description = "How many series it serves.") long promotedSeries) {

    static ModelView of(ModelRow row, JsonMapper json) {
        return new ModelView(row.id(), row.family(), row.task(), map(json, row.config()), map(json, row.metrics()),
                map(json, row.data()), row.seed(), row.createdAt(), row.available(), row.promotedSeries());
    }

    private static Map<String, Object> map(JsonMapper json, String text) {
        return json.readValue(text, new TypeReference<>() {
        });
    }
}
