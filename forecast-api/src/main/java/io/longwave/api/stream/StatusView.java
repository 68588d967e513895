package io.longwave.api.stream;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the stream has done; also the form of the live status. */
@Schema(name = "Status", description = "What the stream has done since the database was created. What is counted for all tenants together is null for a token of one.")
public record StatusView(@Schema(description = "Number of series.") long series,
        @Schema(description = "Tenant whose series are seen; null: everybody's.") @Nullable String tenant,
        @Schema(description = "Stream partitions consumed.") @Nullable Integer partitions,
        @Schema(description = "Samples accepted.") @Nullable Long samples,
        @Schema(description = "Records of the stream and items of them that could not be used; not what ingest-service refused.") @Nullable Long deadLetters,
        @Schema(description = "Every counter of the stream by name, for example late and duplicate.", example = "{\"samples\":120000,\"late\":3,\"duplicate\":17}") @Nullable Map<String, Long> counters,
        @Schema(description = "Where line protocol is written; null when the default holds: the port after this one.") @Nullable String writeUrl) {}
