package io.longwave.wire;

import io.longwave.series.SeriesKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an anomaly stands, told to others when it begins and when it ends. On {@link Topics#ANOMALIES} and in requests to webhooks it is a JSON object with these names, without those that are null, times in
 * ISO 8601. It may come more than once, and may come first when it has ended; the newest one of an id counts. None says that it has ended when its series is forgotten or its group removed while it lasts.
 *
 * @param id deterministic: the same stream gives the same ids
 * @param state {@value #LASTING} or {@value #ENDED}
 * @param name what a person reads: of the series or of the group
 * @param series it is of, or null
 * @param group it is of, or null
 * @param time of the first anomalous sample or row
 * @param timeEnd of the last one; null while it lasts
 * @param peakTime of the highest score
 * @param peakScore largest score so far, in [0, 1]
 * @param peakValue the sample there; null of a group, and where it is no number
 * @param expected what the model expected there; the same
 * @param points samples or rows inside
 * @param kind {@code gauge}, or {@code counter} where values are its rate; null of a group
 * @param link to the page that shows it; null if it is not known where that is
 */
public record AnomalyNotice(String id, String state, String name, @Nullable Series series, @Nullable Group group, Instant time,
        @Nullable Instant timeEnd, Instant peakTime, double peakScore, @Nullable Double peakValue, @Nullable Double expected, int points,
        String model, @Nullable String kind, @Nullable String link) {
    public static final String LASTING = "lasting";
    public static final String ENDED = "ended";

    /**
     * The series of an anomaly.
     *
     * @param id as the API has it
     * @param key canonical key; the parts of it follow
     */
    public record Series(long id, String key, String tenant, String bucket, String measurement, Map<String, String> tags, String field) {
        public Series {
            tags = Map.copyOf(tags);
        }

        /** A series from its key. */
        public static Series of(long id, String canonical) {
            SeriesKey key = SeriesKey.parse(canonical);
            return new Series(id, canonical, key.tenant(), key.bucket(), key.measurement(), key.tags(), key.field());
        }
    }

    /**
     * The group of an anomaly.
     *
     * @param contributions of its series at the peak, most first; without those that had no value there
     */
    public record Group(String name, List<Contribution> contributions) {
        public Group {
            contributions = List.copyOf(contributions);
        }
    }

    /**
     * How much a series speaks against a row.
     *
     * @param key canonical key
     * @param name what a person reads
     * @param column of the group's model, as it is now, that the series stands for
     * @param share of the evidence, all together 1
     */
    public record Contribution(String key, String name, String column, double share) {}

    /** Whether it was over when this was told. */
    public boolean ended() {
        return state.equals(ENDED);
    }
}
