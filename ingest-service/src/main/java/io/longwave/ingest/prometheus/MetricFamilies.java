package io.longwave.ingest.prometheus;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.longwave.ingest.prometheus.proto.MetricType;
import io.longwave.series.DeclaredKind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Types of metric families, as senders of remote write 1.0 tell them now and then, apart from the samples. Bounded; a family that is forgotten, or was told to another instance, is
 * told again within a minute, and until then its series stay what they were.
 */
final class MetricFamilies {
    private static final long MOST_BYTES = 16 << 20;
    /** Rough heap bytes of an entry besides its names. */
    private static final int ENTRY_OVERHEAD = 200;

    private static final String TOTAL = "_total";
    private static final String BUCKET = "_bucket";
    private static final String COUNT = "_count";
    private static final String SUM = "_sum";
    private static final String CREATED = "_created";
    /** By the ending of a part, what its family may be. */
    private static final Map<String, List<MetricType>> PARTS = Map.of(TOTAL, List.of(MetricType.METRIC_TYPE_COUNTER), BUCKET,
            List.of(MetricType.METRIC_TYPE_HISTOGRAM, MetricType.METRIC_TYPE_GAUGEHISTOGRAM), COUNT,
            List.of(MetricType.METRIC_TYPE_HISTOGRAM, MetricType.METRIC_TYPE_SUMMARY), SUM,
            List.of(MetricType.METRIC_TYPE_HISTOGRAM, MetricType.METRIC_TYPE_SUMMARY), CREATED,
            List.of(MetricType.METRIC_TYPE_COUNTER, MetricType.METRIC_TYPE_HISTOGRAM, MetricType.METRIC_TYPE_SUMMARY));

    private record Family(String tenant, String bucket, String name) {
        int bytes() {
            return ENTRY_OVERHEAD + 2 * (tenant.length() + bucket.length() + name.length());
        }
    }

    private final Cache<Family, MetricType> types = Caffeine.newBuilder().maximumWeight(MOST_BYTES)
            .<Family, MetricType>weigher((family, type) -> family.bytes()).build();

    /** Keeps what a sender says of a family. */
    void tell(String tenant, String bucket, String name, MetricType type) {
        types.put(new Family(tenant, bucket, name), type);
    }

    /**
     * What a series is by the type of its family: the one whose name is that of the metric, or that without the ending which its type gives to its parts.
     *
     * @param name of the metric
     * @param labels of the series, without its name
     * @return null if nothing is known
     */
    @Nullable
    DeclaredKind kindOf(String tenant, String bucket, String name, Map<String, String> labels) {
        MetricType type = types.getIfPresent(new Family(tenant, bucket, name));
        int ending = name.lastIndexOf('_');
        List<MetricType> wholes = ending < 0 ? null : PARTS.get(name.substring(ending));
        if (type == null && wholes != null) {
            type = types.getIfPresent(new Family(tenant, bucket, name.substring(0, ending)));
            if (type != null && !wholes.contains(type)) {
                type = null; // a family of its own
            }
        }
        return kindOf(type == null ? MetricType.METRIC_TYPE_UNSPECIFIED : type, name, labels);
    }

    /**
     * What a series of a family of this type is. Without a type, what its name says.
     *
     * @param name of the metric, with the ending of a part
     * @return null if that is not known
     */
    static @Nullable DeclaredKind kindOf(MetricType type, String name, Map<String, String> labels) {
        return switch (type) {
            case METRIC_TYPE_COUNTER -> name.endsWith(CREATED) ? DeclaredKind.GAUGE : DeclaredKind.COUNTER;
            case METRIC_TYPE_HISTOGRAM, METRIC_TYPE_SUMMARY ->
                name.endsWith(BUCKET) || name.endsWith(COUNT) || name.endsWith(SUM) ? DeclaredKind.COUNTER : DeclaredKind.GAUGE;
            case METRIC_TYPE_GAUGE, METRIC_TYPE_GAUGEHISTOGRAM, METRIC_TYPE_INFO, METRIC_TYPE_STATESET -> DeclaredKind.GAUGE;
            case METRIC_TYPE_UNSPECIFIED, UNRECOGNIZED ->
                name.endsWith(TOTAL) || name.endsWith(BUCKET) && labels.containsKey("le") ? DeclaredKind.COUNTER_BY_NAME : null;
        };
    }
}
