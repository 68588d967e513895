package io.longwave.db.anomaly;

import io.longwave.db.series.TenantScope;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events are asked for; null means no condition.
 *
 * @param scope whose series
 * @param series ids; empty for every one
 * @param fromNanos events that last until here or longer
 * @param toNanos events that started before
 * @param minScore events whose peak scored at least this
 */
public record AnomalyFilter(TenantScope scope, Set<Long> series, @Nullable Long fromNanos, @Nullable Long toNanos,
        @Nullable Double minScore) {
    public AnomalyFilter {
        series = Set.copyOf(series);
    }
}
