package io.longwave.db.stream;

import io.longwave.db.model.ServingStore.Serving;
import io.longwave.series.KindDecision;
import org.jspecify.annotations.Nullable;

/**
 * What the database knows of a series when its partition needs it.
 *
 * @param lastPoint time of the last stored point; null if there is none, or if there is a state that knows it better
 * @param state null if the series was never scored
 */
public record StoredSeries(long seriesId, String key, KindDecision kind, Serving serving, @Nullable Long lastPoint,
        @Nullable StateRow state) {}
