package io.longwave.wire;

import io.longwave.series.DeclaredKind;
import io.longwave.series.SeriesKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decoded value of one record of {@link Topics#SAMPLES}. */
public sealed interface StreamMessage {

    /** Samples of one series, or of several whose keys belong to one partition. */
    record Samples(List<SeriesSamples> series) implements StreamMessage {
        public Samples {
            series = List.copyOf(series);
        }
    }

    /**
     * Samples of one series. What one client request wrote is in the order of its times, the last of equal times only; across records any
     * order and repetition must be accepted, because a client that got no answer sends again.
     *
     * @param key canonical series key
     * @param timeNanos [L], owned by this record from construction on
     * @param values [L], owned by this record from construction on
     * @param kind what the writer says the series is; null: as before
     */
    record SeriesSamples(String key, long[] timeNanos, double[] values, @Nullable DeclaredKind kind) {
        public SeriesSamples {
            if (timeNanos.length != values.length) {
                throw new IllegalArgumentException(
                        "samples of " + key + ": expected as many times as values but were " + timeNanos.length + " and " + values.length);
            }
        }

        /** Samples of which nothing else is said. */
        public SeriesSamples(String key, long[] timeNanos, double[] values) {
            this(key, timeNanos, values, null);
        }
    }

    /** From this record on the series is served by the named model; an empty name returns it to the online model. */
    record Promote(String series, String model) implements StreamMessage {}

    /**
     * From this record on the series is not known; samples behind it begin a new one.
     *
     * @param lastTimeNanos if given, only while the newest sample of the series is of this time; {@link Long#MIN_VALUE} while it has none
     */
    record Forget(String series, @Nullable Long lastTimeNanos) implements StreamMessage {}

    /** From this record on the series is of this kind, whatever its samples say; null: what they say. */
    record ChooseKind(String series, @Nullable SeriesKind kind) implements StreamMessage {}

    /** From this record on forecasts of the series are stored, or no longer. */
    record Watch(String series, boolean watched, int horizon) implements StreamMessage {}
}
