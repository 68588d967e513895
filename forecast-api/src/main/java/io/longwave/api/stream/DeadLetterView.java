package io.longwave.api.stream;

import io.longwave.db.stream.DeadLetterRow;
import io.swagger.v3.oas.annotations.media.Schema;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Schema(name = "DeadLetter", description = "A record, or one item of a record, that could not be used.")
record DeadLetterView(long id, @Schema(example = "longwave.samples.v1") String topic, int partition, long offset,
        @Schema(description = "Index inside the record; null for the whole record.") @Nullable Integer item,
        @Schema(description = "Short code.", example = "undecodable") String reason,
        @Schema(description = "What was expected and what was found.") String detail,
        @Schema(description = "The first 1024 bytes as UTF-8; what is no text shows as U+FFFD.") String payload, int payloadBytes,
        @Schema(description = "When the record was received.") Instant time) {

    static DeadLetterView of(DeadLetterRow row) {
        return new DeadLetterView(row.id(), row.topic(), row.partition(), row.offset(), row.item() < 0 ? null : row.item(), row.reason(),
                row.detail(), new String(row.payload(), StandardCharsets.UTF_8), row.payloadBytes(), row.recordTime());
    }
}
