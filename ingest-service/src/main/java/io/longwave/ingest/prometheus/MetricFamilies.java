package io.longwave.ingest.prometheus;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.longwave.ingest.prometheus.proto.MetricType;
import io.longwave.series.SeriesKind;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Types of metric families, as senders of remote write 1.0 tell them now and then, apart from the samples. Bounded; a family that is forgotten, or was told to another instance, is
 * told again within a minute, and until then its series stay what they were.
 */
final class MetricFamilies {
    private static final long MOST_BYTES = 16 << 20;
    /** Rough heap bytes of an entry besides its name. */
    private static final int ENTRY_OVERHEAD = 200;

    private static final String TOTAL = "_total";
    private static final String BUCKET = "_bucket";
    private static final String COUNT = "_count";
    private static final String SUM = "_sum";
    private static final String CREATED = "_created";
    /** Of the parts of a family. */
    private static final Set<String> ENDINGS = Set.of(TOTAL, BUCKET, COUNT, SUM, CREATED);

    private record Family(String tenant, String bucket, String name) {}

    private final Cache<Family, MetricType> types = Caffeine.newBuilder().maximumWeight(MOST_BYTES)
            .<Family, MetricType>weigher((family, type) -> ENTRY_OVERHEAD + 2 * family.name.length()).build();

    /** Keeps what a sender says of a family. */
    void tell(String tenant, String bucket, String name, MetricType type) {
        types.put(new Family(tenant, bucket, name), type);
    }

    /**
     * What a series is by the type of its family: the one whose name is that of the metric, or that without the ending which its type gives to its parts. Where none was told, the endings
     * alone are trusted that nothing else has.
     *
     * @param name of the metric
     * @param labels of the series, without its name
     * @return null if nothing is known
     */
    @Nullable
    SeriesKind kindOf(String tenant, String bucket, String name, Map<String, String> labels) {
        MetricType type = types.getIfPresent(new Family(tenant, bucket, name));
        int ending = name.lastIndexOf('_');
        if (type == null && ending > 0 && ENDINGS.contains(name.substring(ending))) {
            type = types.getIfPresent(new Family(tenant, bucket, name.substring(0, ending)));
        }
        return kindOf(type == null ? MetricType.METRIC_TYPE_UNSPECIFIED : type, name, labels);
    }

    /**
     * What a series of a family of this type is.
     *
     * @param name of the metric, with the ending of a part
     * @return null if that is not known
     */
    static @Nullable SeriesKind kindOf(MetricType type, String name, Map<String, String> labels) {
        return switch (type) {
            case METRIC_TYPE_COUNTER -> name.endsWith(CREATED) ? SeriesKind.GAUGE : SeriesKind.COUNTER;
            case METRIC_TYPE_HISTOGRAM, METRIC_TYPE_SUMMARY -> name.endsWith(BUCKET) || name.endsWith(COUNT) || name.endsWith(SUM)
                    ? SeriesKind.COUNTER
                    : SeriesKind.GAUGE;
            case METRIC_TYPE_GAUGE, METRIC_TYPE_GAUGEHISTOGRAM, METRIC_TYPE_INFO, METRIC_TYPE_STATESET -> SeriesKind.GAUGE;
            case METRIC_TYPE_UNSPECIFIED, UNRECOGNIZED -> name.endsWith(TOTAL) || name.endsWith(BUCKET) && labels.containsKey("le")
                    ? SeriesKind.COUNTER
                    : null;
        };
    }
}
