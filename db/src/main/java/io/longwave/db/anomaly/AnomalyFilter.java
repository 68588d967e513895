package io.longwave.db.anomaly;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events are asked for; null means no condition.
 *
 * @param series ids; empty for every series
 * @param fromNanos events that last until here or longer
 * @param toNanos events that started before
 * @param minScore events whose peak scored at least this
 */
public record AnomalyFilter(Set<Long> series, @Nullable Long fromNanos, @Nullable Long toNanos, @Nullable Double minScore) {
    public AnomalyFilter {
        series = Set.copyOf(series);
    }
}
