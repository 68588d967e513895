package io.longwave.ingest.intake;

import io.longwave.ingest.point.Precision;
import org.jspecify.annotations.Nullable;

/**
 * What holds for all points of a record.
 *
 * @param bucket of points that do not name theirs
 * @param precision of their times; null where the record does not say
 * @param timeNanos of points without a time: the timestamp of the record
 */
record RecordContext(String tenant, String bucket, @Nullable Precision precision, long timeNanos) {}
