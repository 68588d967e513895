package io.longwave.db.classification;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A batch of recordings and how far it is.
 *
 * @param classes of the model, in the order of the probabilities
 * @param finishedAt null while recordings are open
 * @param recordings of the batch
 * @param classified of them, those that were tried, with or without an answer
 * @param failed of these, those that could not be classified
 */
public record JobRow(UUID id, String model, List<String> classes, Instant createdAt, @Nullable Instant finishedAt, long recordings,
        long classified, long failed) {
    public JobRow {
        classes = List.copyOf(classes);
    }
}
