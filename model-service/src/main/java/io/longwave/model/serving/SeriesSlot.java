package io.longwave.model.serving;

import io.longwave.db.model.ServingStore.Serving;
import io.longwave.model.anomaly.Incident;
import io.longwave.series.KindDecision;
import io.longwave.series.SeriesKey;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.ssm.streaming.StreamingModel;
import org.jspecify.annotations.Nullable;

/**
 * One series as the last committed batch left it. Published to other threads, so nobody steps {@code state}: a batch works on a copy.
 *
 * @param kind who says what about its kind
 * @param lastTime time of its last point; {@link Long#MIN_VALUE} before the first
 * @param lastValue its value, as it was written; NaN if it is not known
 * @param incident the one that lasts, or null
 * @param sinceForecast samples since the last stored forecast
 * @param checkpoint what the stored one has seen; null if there is none that the series could go on from
 */
public record SeriesSlot(long seriesId, SeriesKey key, KindDecision kind, Serving serving, StreamingModel model, SeriesState state,
        long lastTime, double lastValue, @Nullable Incident incident, int sinceForecast, @Nullable Checkpoint checkpoint) {

    /**
     * How far the stored checkpoint of a series has come.
     *
     * @param lastTime time of the newest sample that it has seen; {@link Long#MIN_VALUE} if it has seen none
     * @param samplesSince samples that the series has seen after it
     */
    public record Checkpoint(long lastTime, int samplesSince) {}
}
