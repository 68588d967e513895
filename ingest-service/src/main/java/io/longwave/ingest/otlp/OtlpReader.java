package io.longwave.ingest.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import io.longwave.ingest.http.PointReader;
import io.longwave.ingest.http.WriteRefusedException;
import io.longwave.ingest.point.PointSink;
import io.longwave.ingest.point.Precision;
import io.longwave.ingest.point.Refusal;
import io.longwave.ingest.point.RefusedLine;
import io.longwave.ingest.point.RefusedPoint;
import io.longwave.ingest.point.Series;
import io.longwave.ingest.point.SkippedKind;
import io.longwave.ingest.point.Unsigned;
import io.longwave.ingest.stream.InFlightBytes;
import io.longwave.series.DeclaredKind;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.DataPointFlags;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request. A data point is accepted or refused as a whole. What identifies a series: the metric's name, its unit aside; those attributes of
 * the resource that the settings list; the name of the scope; all attributes of the point, which win over a resource's of the same name. What is
 * counted since a start is said to be a counter.
 */
final class OtlpReader implements PointReader {
    private static final String SCOPE = "otel.scope.name";
    private static final String QUANTILE = "quantile";
    private static final int MOST_QUANTILES = 1000;

    private final OtlpFormat format;
    private final String tenant;
    private final String bucket;
    private final Set<String> resourceAttributes;
    private int line;

    /** @param resourceAttributes that become tags */
    OtlpReader(OtlpFormat format, String tenant, String bucket, Set<String> resourceAttributes) {
        this.format = format;
        this.tenant = tenant;
        this.bucket = bucket;
        this.resourceAttributes = resourceAttributes;
    }

    @Override
    public void read(byte[] bytes, int length, long receivedNanos, InFlightBytes.Share share, PointSink sink) {
        try {
            long held = format.memory(bytes, length);
            share.grow(held);
            format.request(bytes, length).getResourceMetricsList().forEach(resource -> read(resource, sink));
            share.shrink(held);
        } catch (InvalidProtocolBufferException e) {
            throw WriteRefusedException
                    .invalid("not an ExportMetricsServiceRequest: " + RefusedLine.cut(String.valueOf(e.getMessage())));
        }
    }

    private void read(ResourceMetrics metrics, PointSink sink) {
        Map<String, String> resource = new HashMap<>();
        for (KeyValue attribute : metrics.getResource().getAttributesList()) {
            if (resourceAttributes.contains(attribute.getKey())) {
                put(resource, attribute);
            }
        }
        for (ScopeMetrics scope : metrics.getScopeMetricsList()) {
            Map<String, String> tags = new HashMap<>(resource);
            if (!scope.getScope().getName().isEmpty()) {
                tags.put(SCOPE, scope.getScope().getName());
            }
            scope.getMetricsList().forEach(metric -> read(metric, tags, sink));
        }
    }

    private void read(Metric metric, Map<String, String> tags, PointSink sink) {
        switch (metric.getDataCase()) {
            case GAUGE -> metric.getGauge().getDataPointsList().forEach(point -> number(metric, DeclaredKind.GAUGE, point, tags, sink));
            case SUM -> {
                DeclaredKind kind = metric.getSum().getIsMonotonic()
                        ? counted(metric.getSum().getAggregationTemporality())
                        : DeclaredKind.GAUGE;
                metric.getSum().getDataPointsList().forEach(point -> number(metric, kind, point, tags, sink));
            }
            case HISTOGRAM -> {
                DeclaredKind kind = counted(metric.getHistogram().getAggregationTemporality());
                metric.getHistogram().getDataPointsList().forEach(point -> histogram(metric, kind, point, tags, sink));
            }
            case EXPONENTIAL_HISTOGRAM -> {
                DeclaredKind kind = counted(metric.getExponentialHistogram().getAggregationTemporality());
                metric.getExponentialHistogram().getDataPointsList().forEach(point -> histogram(metric, kind, point, tags, sink));
            }
            case SUMMARY -> metric.getSummary().getDataPointsList().forEach(point -> summary(metric, point, tags, sink));
            case DATA_NOT_SET -> {
                if (!metric.getUnknownFields().asMap().isEmpty()) { // a later kind; without any there is nothing to accept or refuse
                    refuse(++line, metric, Map::of, new RefusedPoint(Refusal.SYNTAX,
                            "metric: expected a gauge, a sum, a histogram or a summary but found another kind"), sink);
                }
            }
        }
    }

    /** What is counted since the start of a program is a counter, what is counted since the last report is not. */
    private static @Nullable DeclaredKind counted(AggregationTemporality temporality) {
        return switch (temporality) {
            case AGGREGATION_TEMPORALITY_CUMULATIVE -> DeclaredKind.COUNTER;
            case AGGREGATION_TEMPORALITY_DELTA -> DeclaredKind.GAUGE;
            case AGGREGATION_TEMPORALITY_UNSPECIFIED, UNRECOGNIZED -> null;
        };
    }

    private void number(Metric metric, @Nullable DeclaredKind kind, NumberDataPoint data, Map<String, String> tags, PointSink sink) {
        read(metric, data.getTimeUnixNano(), data.getFlags(), data.getAttributesList(), tags, sink, point -> {
            switch (data.getValueCase()) {
                case AS_DOUBLE -> point.add("value", kind, data.getAsDouble());
                case AS_INT -> point.add("value", kind, data.getAsInt());
                case VALUE_NOT_SET -> throw new RefusedPoint(Refusal.SYNTAX, "data point: expected asDouble or asInt but found neither");
            }
        });
    }

    private void histogram(Metric metric, @Nullable DeclaredKind kind, HistogramDataPoint data, Map<String, String> tags, PointSink sink) {
        read(metric, data.getTimeUnixNano(), data.getFlags(), data.getAttributesList(), tags, sink,
                point -> point.addDistribution(kind, data.getCount(), given(data.hasSum(), data.getSum()),
                        given(data.hasMin(), data.getMin()),
                        given(data.hasMax(), data.getMax())));
    }

    private void histogram(Metric metric, @Nullable DeclaredKind kind, ExponentialHistogramDataPoint data, Map<String, String> tags,
            PointSink sink) {
        read(metric, data.getTimeUnixNano(), data.getFlags(), data.getAttributesList(), tags, sink,
                point -> point.addDistribution(kind, data.getCount(), given(data.hasSum(), data.getSum()),
                        given(data.hasMin(), data.getMin()),
                        given(data.hasMax(), data.getMax())));
    }

    private static OptionalDouble given(boolean there, double value) {
        return there ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    private void summary(Metric metric, SummaryDataPoint data, Map<String, String> tags, PointSink sink) {
        read(metric, data.getTimeUnixNano(), data.getFlags(), data.getAttributesList(), tags, sink, point -> {
            point.add("count", DeclaredKind.COUNTER, Unsigned.toDouble(data.getCount()));
            point.add("sum", DeclaredKind.COUNTER, data.getSum());
            if (data.getQuantileValuesCount() > MOST_QUANTILES || point.tags.containsKey(QUANTILE)) {
                throw new RefusedPoint(Refusal.SYNTAX, "summary: expected at most " + MOST_QUANTILES + " quantiles and no attribute "
                        + QUANTILE + " but found " + data.getQuantileValuesCount() + " and " + point.tags.get(QUANTILE));
            }
            for (SummaryDataPoint.ValueAtQuantile quantile : data.getQuantileValuesList()) {
                point.addQuantile(quantile.getQuantile(), quantile.getValue());
            }
        });
    }

    /** What differs between the kinds of data points. */
    private interface Fields {
        void addTo(Point point) throws RefusedPoint;
    }

    private void read(Metric metric, long timeUnixNano, int flags, List<KeyValue> attributes, Map<String, String> tags, PointSink sink,
            Fields fields) {
        int number = ++line;
        try {
            Point point = new Point(metric.getName(), withAttributes(tags, attributes), time(timeUnixNano));
            if ((flags & DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK_VALUE) != 0) {
                point.skip(SkippedKind.STALE);
            } else {
                fields.addTo(point);
            }
            point.send(sink);
        } catch (RefusedPoint refused) {
            refuse(number, metric, () -> withAttributes(tags, attributes), refused, sink);
        }
    }

    /** @param tags asked for only when somebody wants to read them */
    private static void refuse(int number, Metric metric, Supplier<Map<String, String>> tags, RefusedPoint refused, PointSink sink) {
        sink.refused(number, refused.refusal(), () -> {
            StringBuilder text = new StringBuilder(RefusedLine.cut(metric.getName()));
            new TreeMap<>(tags.get()).forEach((key, value) -> {
                if (text.length() <= RefusedLine.TEXT_LIMIT) {
                    text.append(", ").append(RefusedLine.cut(key)).append('=').append(RefusedLine.cut(value));
                }
            });
            return new RefusedLine(number, refused.refusal(), String.valueOf(refused.getMessage()), text.toString());
        });
    }

    private static Map<String, String> withAttributes(Map<String, String> tags, List<KeyValue> attributes) {
        Map<String, String> all = new HashMap<>(tags);
        attributes.forEach(attribute -> put(all, attribute));
        return all;
    }

    /** As everywhere, a tag without a value is one that is not there. */
    private static void put(Map<String, String> tags, KeyValue attribute) {
        String value = AttributeText.of(attribute.getValue());
        if (value.isEmpty()) {
            tags.remove(attribute.getKey());
        } else {
            tags.put(attribute.getKey(), value);
        }
    }

    private static long time(long unixNano) throws RefusedPoint {
        if (unixNano == 0) {
            throw new RefusedPoint(Refusal.TIME_RANGE, "timeUnixNano: expected a time but found none");
        }
        if (unixNano < 0 || unixNano > Precision.MAX_NANOS) { // it has no sign
            throw new RefusedPoint(Refusal.TIME_RANGE,
                    "timeUnixNano: expected at most " + Precision.MAX_NANOS + " but found " + Long.toUnsignedString(unixNano));
        }
        return unixNano;
    }

    /** The numbers of one data point, until all of it is known to be good. */
    private final class Point {
        private final String measurement;
        private final Map<String, String> tags;
        private final long timeNanos;
        private final List<Series> series = new ArrayList<>();
        private final List<Double> values = new ArrayList<>();
        private final Map<SkippedKind, Integer> skipped = new EnumMap<>(SkippedKind.class);

        Point(String measurement, Map<String, String> tags, long timeNanos) {
            this.measurement = measurement;
            this.tags = tags;
            this.timeNanos = timeNanos;
        }

        /** @param kind of count and sum */
        void addDistribution(@Nullable DeclaredKind kind, long count, OptionalDouble sum, OptionalDouble min, OptionalDouble max)
                throws RefusedPoint {
            add("count", kind, Unsigned.toDouble(count));
            add("sum", kind, sum);
            add("min", DeclaredKind.GAUGE, min);
            add("max", DeclaredKind.GAUGE, max);
            skip(SkippedKind.BUCKETS);
        }

        private void add(String field, @Nullable DeclaredKind kind, OptionalDouble value) throws RefusedPoint {
            if (value.isPresent()) {
                add(field, kind, value.getAsDouble());
            }
        }

        void add(String field, @Nullable DeclaredKind kind, double value) throws RefusedPoint {
            add(tags, field, kind, value);
        }

        void addQuantile(double quantile, double value) throws RefusedPoint {
            Map<String, String> tagged = new HashMap<>(tags);
            tagged.put(QUANTILE, Double.toString(quantile));
            add(tagged, "value", DeclaredKind.GAUGE, value);
        }

        private void add(Map<String, String> of, String field, @Nullable DeclaredKind kind, double value) throws RefusedPoint {
            Series key = Series.of(tenant, bucket, measurement, of, field).declared(kind);
            if (Double.isFinite(value)) {
                series.add(key);
                values.add(value);
            } else {
                skip(SkippedKind.NOT_FINITE);
            }
        }

        void skip(SkippedKind kind) {
            skipped.merge(kind, 1, Integer::sum);
        }

        void send(PointSink sink) {
            for (int i = 0; i < series.size(); i++) {
                sink.sample(series.get(i), timeNanos, values.get(i));
            }
            skipped.forEach(sink::skipped);
            sink.point();
        }
    }
}
