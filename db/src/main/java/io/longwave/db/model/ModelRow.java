package io.longwave.db.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One registered model.
 *
 * @param config JSON object
 * @param metrics JSON object
 * @param data JSON object: fingerprint of the training data
 * @param available false when its files are gone
 * @param promotedSeries how many series it serves
 */
public record ModelRow(String id, String family, String task, String config, String metrics, String data, @Nullable Long seed,
        Instant createdAt, boolean available, long promotedSeries) {}
