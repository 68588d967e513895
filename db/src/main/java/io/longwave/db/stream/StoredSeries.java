package io.longwave.db.stream;

import io.longwave.db.model.ServingStore.Serving;
import io.longwave.db.point.PointHistory.History;
import io.longwave.series.KindDecision;
import org.jspecify.annotations.Nullable;

/**
 * What the database knows of a series when its partition needs it.
 *
 * @param lastTime time of the newest sample; {@link Long#MIN_VALUE} before the first
 * @param state null if the series was never scored
 * @param unseen points later than what the state has seen; none if there is no state
 */
public record StoredSeries(long seriesId, String key, KindDecision kind, Serving serving, long lastTime, @Nullable StateRow state,
        History unseen) {}
