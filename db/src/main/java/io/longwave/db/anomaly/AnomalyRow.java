package io.longwave.db.anomaly;

import io.longwave.series.SeriesKind;
import org.jspecify.annotations.Nullable;

/**
 * One event.
 *
 * @param id deterministic: the same stream gives the same ids
 * @param key canonical key of its series
 * @param display name of its series
 * @param startNanos nanoseconds since the epoch
 * @param endNanos null while it lasts
 * @param peakScore largest score inside, in [0, 1]
 * @param expected what the model expected at the peak
 * @param points samples inside
 * @param kind of the values it speaks of
 */
public record AnomalyRow(String id, long seriesId, String key, String display, long startNanos, @Nullable Long endNanos, long peakNanos,
        double peakScore, double peakValue, double expected, int points, String model, SeriesKind kind) {}
