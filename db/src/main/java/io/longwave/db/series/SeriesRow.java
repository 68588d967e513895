package io.longwave.db.series;

import io.longwave.series.SeriesKey;
import io.longwave.series.SeriesKind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One series with its newest point.
 *
 * @param kind decides what a model sees of its values
 * @param kindChosen whether a person chose it, against what its samples say
 * @param display what a person reads and types to find it
 * @param last its newest point; null while it has none
 * @param promoted id of the stored model that was promoted for it; null while the online model serves it
 * @param watched whether its forecasts are stored
 * @param horizon steps ahead of a stored forecast
 * @param recent its newest values as its model saw them, oldest first; as many as were asked for, if there are
 */
public record SeriesRow(long id, SeriesKey key, SeriesKind kind, boolean kindChosen, String display, Instant createdAt, @Nullable Last last,
        @Nullable String promoted,
        boolean watched, int horizon, List<Double> recent) {
    public SeriesRow {
        recent = List.copyOf(recent);
    }

    /**
     * The newest point of a series.
     *
     * @param timeNanos nanoseconds since the epoch
     * @param value what the model saw: the value, of a counter its rate since the one before; null if a counter has none before
     * @param score anomaly score in [0, 1]; null while the model warms up
     * @param model id of the model that scored it; null when none did
     */
    public record Last(long timeNanos, @Nullable Double value, @Nullable Double score, @Nullable String model) {}
}
