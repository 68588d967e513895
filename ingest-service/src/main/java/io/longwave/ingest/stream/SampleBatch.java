package io.longwave.ingest.stream;

import io.longwave.ingest.point.Series;
import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.StreamTopics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The samples of one request by series. Of equal times in a series the last one added counts, as in the line protocol; each series leaves
 * in order of time.
 */
public final class SampleBatch {
    /** Rough heap bytes of a series in a batch besides its key and its samples. */
    private static final int SERIES_OVERHEAD = 256;
    private static final int SAMPLE_BYTES = Long.BYTES + Double.BYTES;
    /** Bytes of a record, and of each series in it, besides keys and samples: tags and lengths of the Protobuf fields. */
    private static final int RECORD_FIELDS = 32;
    private static final int SERIES_FIELDS = 32;
    /** Who reads a record has all of it in one transaction, and its models may be slow. */
    private static final int MOST_SERIES_OF_RECORD = 100;

    private final InFlightBytes.Share share;
    private final Map<String, Column> columns = new LinkedHashMap<>();

    private static final class Column {
        Series series;
        long[] times = new long[4];
        double[] values = new double[4];
        int length;
        boolean increasing = true;

        Column(Series series) {
            this.series = series;
        }
    }

    /** @param share of the request; grows with the batch */
    public SampleBatch(InFlightBytes.Share share) {
        this.share = share;
    }

    /**
     * Adds a sample.
     *
     * @throws InFlightExceededException if there is no room
     */
    public void add(Series series, long timeNanos, double value) {
        Column column = columns.get(series.key());
        if (column == null) {
            share.grow(SERIES_OVERHEAD + 3L * series.keyBytes().length + 4 * SAMPLE_BYTES);
            column = new Column(series);
            columns.put(series.key(), column);
        }
        if (series.kind() != null) {
            column.series = column.series.declared(series.kind()); // what is said last counts
        }
        int n = column.length;
        if (n == column.times.length) {
            share.grow((long) n * SAMPLE_BYTES);
            column.times = Arrays.copyOf(column.times, 2 * n);
            column.values = Arrays.copyOf(column.values, 2 * n);
        }
        column.increasing &= n == 0 || timeNanos > column.times[n - 1];
        column.times[n] = timeNanos;
        column.values[n] = value;
        column.length = n + 1;
    }

    /** Whether there is nothing to send. */
    public boolean isEmpty() { return columns.isEmpty(); }

    /** Takes a record: partition, key and value. */
    @FunctionalInterface
    public interface RecordSink {
        /** @param key the canonical key of its first series */
        void accept(int partition, byte[] key, byte[] value);
    }

    /**
     * Writes the batch as Kafka records, each of series of one partition. Records of one series come in order of time. To be called once.
     *
     * @param partitions of the topic
     * @param maxRecordBytes largest value of a record, as far as one sample of a series fits
     */
    public void forEachRecord(int partitions, int maxRecordBytes, RecordSink sink) {
        Map<Integer, List<Column>> byPartition = columns.values().stream()
                .collect(Collectors.groupingBy(column -> StreamTopics.partition(column.series.keyBytes(), partitions)));
        byPartition.forEach((partition, members) -> {
            Packing packing = new Packing(partition, maxRecordBytes, sink);
            for (Column column : members) {
                settle(column);
                packing.add(column);
            }
            packing.flush();
        });
    }

    /** The record of a partition that is being filled. */
    private static final class Packing {
        private final int partition;
        private final int maxBytes;
        private final RecordSink sink;
        private final List<SeriesSamples> series = new ArrayList<>();
        private byte[] key = {};
        private int bytes = RECORD_FIELDS;

        Packing(int partition, int maxBytes, RecordSink sink) {
            this.partition = partition;
            this.maxBytes = maxBytes;
            this.sink = sink;
        }

        /** Cuts a series only where it is too large for a record of its own. */
        void add(Column column) {
            byte[] columnKey = column.series.keyBytes();
            for (int from = 0; from < column.length;) {
                int fit = (maxBytes - bytes - SERIES_FIELDS - columnKey.length) / SAMPLE_BYTES;
                if (!series.isEmpty() && (fit < column.length - from || series.size() == MOST_SERIES_OF_RECORD)) {
                    flush();
                    continue;
                }
                if (series.isEmpty()) {
                    key = columnKey;
                }
                int to = Math.min(column.length, from + Math.max(1, fit));
                series.add(new SeriesSamples(column.series.key(), Arrays.copyOfRange(column.times, from, to),
                        Arrays.copyOfRange(column.values, from, to), column.series.kind()));
                bytes += SERIES_FIELDS + columnKey.length + (to - from) * SAMPLE_BYTES;
                from = to;
            }
        }

        void flush() {
            if (!series.isEmpty()) {
                sink.accept(partition, key, StreamCodec.encode(new Samples(series)));
                series.clear();
                bytes = RECORD_FIELDS;
            }
        }
    }

    /** Sorts by time and keeps the last of equal times. */
    private void settle(Column column) {
        if (column.increasing) {
            return;
        }
        int n = column.length;
        share.grow((long) n * SAMPLE_BYTES);
        long[] times = column.times;
        double[] values = column.values;
        long[] otherTimes = new long[times.length];
        double[] otherValues = new double[values.length];
        // Bottom-up merge sort over two arrays at once: stable, so the last of equal times is the one written last.
        for (int width = 1; width < n; width *= 2) {
            for (int left = 0; left < n; left += 2 * width) {
                int middle = Math.min(left + width, n);
                int right = Math.min(left + 2 * width, n);
                int a = left;
                int b = middle;
                for (int k = left; k < right; k++) {
                    int from = a < middle && (b >= right || times[a] <= times[b]) ? a++ : b++;
                    otherTimes[k] = times[from];
                    otherValues[k] = values[from];
                }
            }
            long[] sortedTimes = otherTimes;
            double[] sortedValues = otherValues;
            otherTimes = times;
            otherValues = values;
            times = sortedTimes;
            values = sortedValues;
        }
        int kept = 0;
        for (int k = 0; k < n; k++) {
            if (k + 1 < n && times[k] == times[k + 1]) {
                continue;
            }
            times[kept] = times[k];
            values[kept++] = values[k];
        }
        column.times = times;
        column.values = values;
        column.length = kept;
        column.increasing = true;
        share.shrink((long) n * SAMPLE_BYTES);
    }
}
