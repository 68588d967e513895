package io.longwave.ingest.prometheus;

import com.google.protobuf.InvalidProtocolBufferException;
import io.longwave.ingest.http.MessageMemory;
import io.longwave.ingest.http.PointReader;
import io.longwave.ingest.http.WriteRefusedException;
import io.longwave.ingest.point.PointSink;
import io.longwave.ingest.point.Precision;
import io.longwave.ingest.point.RefusedLine;
import io.longwave.ingest.point.RefusedPoint;
import io.longwave.ingest.point.Refusal;
import io.longwave.ingest.point.Unsigned;
import io.longwave.ingest.point.Series;
import io.longwave.ingest.point.SkippedKind;
import io.longwave.ingest.prometheus.proto.Family;
import io.longwave.ingest.prometheus.proto.Histogram;
import io.longwave.ingest.prometheus.proto.Label;
import io.longwave.ingest.prometheus.proto.LabelledSeries;
import io.longwave.ingest.prometheus.proto.MetricType;
import io.longwave.ingest.prometheus.proto.Request;
import io.longwave.ingest.prometheus.proto.ResetHint;
import io.longwave.ingest.prometheus.proto.Sample;
import io.longwave.ingest.prometheus.proto.SymbolizedSeries;
import io.longwave.ingest.prometheus.proto.WriteRequest;
import io.longwave.ingest.stream.InFlightBytes;
import io.longwave.series.DeclaredKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request of either version. A series whose labels cannot be kept is refused whole, a sample whose time cannot be kept alone. A stale
 * marker ends a series and is no value; other numbers that are not finite are what Prometheus measured and cannot be stored: both are accepted,
 * skipped and counted.
 */
final class RemoteWriteReader implements PointReader {
    private static final String NAME = "__name__";
    /** What Prometheus writes when a series will not be appended to: a not-a-number of its own. */
    private static final long STALE = 0x7ff0_0000_0000_0002L;

    private final RemoteWriteVersion version;
    private final MetricFamilies families;
    private final String tenant;
    private final String bucket;
    private long samples;
    private long histograms;
    private long refusals;

    /** @param families of the process */
    RemoteWriteReader(RemoteWriteVersion version, MetricFamilies families, String tenant, String bucket) {
        this.version = version;
        this.families = families;
        this.tenant = tenant;
        this.bucket = bucket;
    }

    /** Samples that were accepted, those without a finite value among them. */
    long samples() {
        return samples;
    }

    /** Samples and histograms that were refused, alone or with their series. */
    long refusals() {
        return refusals;
    }

    /** Native histograms that were accepted. */
    long histograms() {
        return histograms;
    }

    @Override
    public void read(byte[] bytes, int length, long receivedNanos, InFlightBytes.Share share, PointSink sink) {
        try {
            long held = MessageMemory.of(version == RemoteWriteVersion.V1 ? WriteRequest.getDescriptor() : Request.getDescriptor(), bytes,
                    length);
            share.grow(held);
            switch (version) {
                case V1 -> read(WriteRequest.parser().parseFrom(bytes, 0, length), sink);
                case V2 -> read(Request.parser().parseFrom(bytes, 0, length), sink);
            }
            share.shrink(held);
        } catch (InvalidProtocolBufferException e) {
            throw WriteRefusedException.invalid("expected a Protobuf message of remote write but found: " + e.getMessage());
        }
    }

    private void read(WriteRequest request, PointSink sink) {
        for (Family family : request.getMetadataList()) {
            if (family.getType() != MetricType.METRIC_TYPE_UNSPECIFIED && family.getMetricFamilyName().length() <= Series.MOST_CHARACTERS) {
                families.tell(tenant, bucket, family.getMetricFamilyName(), family.getType());
            }
        }
        int line = 0;
        for (LabelledSeries series : request.getTimeseriesList()) {
            read(++line, labels(series.getLabelsList()), metric -> families.kindOf(tenant, bucket, metric.name, metric.labels),
                    series.getSamplesList(), series.getHistogramsList(), sink);
        }
    }

    private void read(Request request, PointSink sink) {
        int line = 0;
        for (SymbolizedSeries series : request.getTimeseriesList()) {
            line++;
            List<String> labels;
            try {
                labels = labels(series.getLabelsRefsList(), request.getSymbolsList());
            } catch (RefusedPoint refused) {
                refuse(sink, line, refused, List.of(), series.getSamplesCount() + series.getHistogramsCount());
                continue;
            }
            read(line, labels, metric -> MetricFamilies.kindOf(series.getMetadata().getType(), metric.name, metric.labels),
                    series.getSamplesList(), series.getHistogramsList(), sink);
        }
    }

    /** Names and values in turn. */
    private static List<String> labels(List<Label> labels) {
        List<String> texts = new ArrayList<>(2 * labels.size());
        for (Label label : labels) {
            texts.add(label.getName());
            texts.add(label.getValue());
        }
        return texts;
    }

    private static List<String> labels(List<Integer> references, List<String> symbols) throws RefusedPoint {
        if (references.size() % 2 != 0) {
            throw new RefusedPoint(Refusal.SYNTAX, "labels_refs: expected pairs of name and value but found " + references.size());
        }
        List<String> texts = new ArrayList<>(references.size());
        for (int reference : references) {
            if (reference < 0 || reference >= symbols.size()) {
                throw new RefusedPoint(Refusal.SYNTAX, "labels_refs: expected indices into " + symbols.size() + " symbols but found "
                        + Integer.toUnsignedString(reference));
            }
            texts.add(symbols.get(reference));
        }
        return texts;
    }

    /** What a series of numbers is. */
    private interface Kinds {
        @Nullable
        DeclaredKind of(Metric metric);
    }

    private void read(int line, List<String> labels, Kinds kinds, List<Sample> values, List<Histogram> distributions, PointSink sink) {
        try {
            Metric metric = metric(labels);
            Series value = values.isEmpty() ? null : series(metric, "value").declared(kinds.of(metric));
            Series count = distributions.isEmpty() ? null : series(metric, "count");
            Series sum = distributions.isEmpty() ? null : series(metric, "sum");
            if (value != null) {
                for (Sample sample : values) {
                    if (hasTime(line, sample.getTimestamp(), labels, sink)) {
                        number(value, sample.getTimestamp(), sample.getValue(), sink);
                        sink.point();
                        samples++;
                    }
                }
            }
            if (count != null && sum != null) {
                for (Histogram histogram : distributions) {
                    if (hasTime(line, histogram.getTimestamp(), labels, sink)) {
                        DeclaredKind kind = histogram.getResetHint() == ResetHint.RESET_HINT_GAUGE
                                ? DeclaredKind.GAUGE
                                : DeclaredKind.COUNTER;
                        if (!stale(histogram.getSum())) { // of a stale one, only the sum says so
                            number(count.declared(kind), histogram.getTimestamp(), count(histogram), sink);
                            sink.skipped(SkippedKind.BUCKETS, 1);
                        }
                        number(sum.declared(kind), histogram.getTimestamp(), histogram.getSum(), sink);
                        sink.point();
                        histograms++;
                    }
                }
            }
        } catch (RefusedPoint refused) {
            refuse(sink, line, refused, labels, values.size() + distributions.size());
        }
    }

    private record Metric(String name, Map<String, String> labels) {}

    private static Metric metric(List<String> labels) throws RefusedPoint {
        long characters = labels.stream().mapToLong(String::length).sum();
        if (characters > Series.MOST_CHARACTERS) {
            throw new RefusedPoint(Refusal.SERIES_KEY,
                    "labels: expected at most " + Series.MOST_CHARACTERS + " characters together but found " + characters);
        }
        Map<String, String> tags = new TreeMap<>();
        for (int i = 0; i < labels.size(); i += 2) {
            String value = labels.get(i + 1);
            // To Prometheus a label without a value is one that is not there.
            if (!value.isEmpty() && tags.put(labels.get(i), value) != null) {
                throw new RefusedPoint(Refusal.DUPLICATE_TAG, "labels: expected each name once but found " + labels.get(i) + " twice");
            }
        }
        String name = tags.remove(NAME);
        if (name == null) {
            throw new RefusedPoint(Refusal.SYNTAX, "labels: expected the name of a metric, " + NAME + ", but found none");
        }
        return new Metric(name, tags);
    }

    private Series series(Metric metric, String field) throws RefusedPoint {
        return Series.of(tenant, bucket, metric.name, metric.labels, field);
    }

    private boolean hasTime(int line, long timestamp, List<String> labels, PointSink sink) {
        if (Precision.MILLISECONDS.holds(timestamp)) {
            return true;
        }
        refuse(sink, line, new RefusedPoint(Refusal.TIME_RANGE,
                "timestamp: expected milliseconds that nanoseconds in 64 bits can hold but found " + timestamp), labels, 1);
        return false;
    }

    private static void number(Series series, long timestamp, double number, PointSink sink) {
        if (stale(number)) {
            sink.skipped(SkippedKind.STALE, 1);
        } else if (Double.isFinite(number)) {
            sink.sample(series, timestamp * Precision.MILLISECONDS.nanos(), number);
        } else {
            sink.skipped(SkippedKind.NOT_FINITE, 1);
        }
    }

    private static boolean stale(double number) {
        return Double.doubleToRawLongBits(number) == STALE;
    }

    private static double count(Histogram histogram) {
        if (histogram.hasCountFloat()) {
            return histogram.getCountFloat();
        }
        return Unsigned.toDouble(histogram.getCountInt());
    }

    private void refuse(PointSink sink, int line, RefusedPoint refused, List<String> labels, int lost) {
        refusals += lost;
        sink.refused(line, refused.refusal(),
                () -> new RefusedLine(line, refused.refusal(), String.valueOf(refused.getMessage()), shown(labels)));
    }

    /** As Prometheus writes a series, as far as it is kept. */
    private static String shown(List<String> labels) {
        StringBuilder name = new StringBuilder();
        StringBuilder others = new StringBuilder("{");
        for (int i = 0; i < labels.size() && others.length() <= RefusedLine.TEXT_LIMIT; i += 2) {
            String value = RefusedLine.cut(labels.get(i + 1));
            if (labels.get(i).equals(NAME)) {
                name.append(value);
            } else {
                others.append(others.length() > 1 ? ", " : "").append(RefusedLine.cut(labels.get(i))).append("=\"").append(value)
                        .append('"');
            }
        }
        return name.append(others).append('}').toString();
    }
}
