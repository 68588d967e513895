package io.longwave.db.anomaly;

import io.longwave.series.SeriesKind;
import org.jspecify.annotations.Nullable;

/**
 * One event.
 *
 * @param id deterministic, so that the same stream gives the same events
 * @param startTime time of the first sample inside, nanoseconds since the epoch
 * @param endTime time of the last sample inside; null while the event lasts
 * @param peakTime time of the highest score
 * @param peakValue the sample there
 * @param expected what the model expected there
 * @param points samples inside
 * @param kind of the values it speaks of
 */
public record AnomalyEvent(String id, long seriesId, long startTime, @Nullable Long endTime, long peakTime, float peakScore,
        double peakValue,
        double expected, int points, String model, SeriesKind kind) {}
