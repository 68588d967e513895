package io.longwave.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.ingest.point.CounterNames;
import io.longwave.ingest.line.LineParser;
import io.longwave.ingest.point.PointSink;
import io.longwave.ingest.point.Precision;
import io.longwave.ingest.point.Refusal;
import io.longwave.ingest.point.SkippedKind;
import io.longwave.ingest.point.Series;
import io.longwave.ingest.line.SeriesCatalog;
import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.StreamTopics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SampleBatchTest {
    private final InFlightBytes inFlight = new InFlightBytes(64 << 20);
    private final InFlightBytes.Share share = inFlight.open();
    private final SampleBatch batch = new SampleBatch(share);

    @Test
    void ofEqualTimesTheLastOneWrittenCountsAndSeriesLeaveInOrderOfTime() {
        add("m f=1 5\nm f=2 3\nm f=3 5\nm f=4 4\nm f=5 3");
        assertThat(records(1 << 16)).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("t/b/m#f");
            assertThat(record.timeNanos()).containsExactly(3, 4, 5);
            assertThat(record.values()).containsExactly(5, 4, 3);
        });
    }

    @Test
    void aFieldGivenTwiceInALineKeepsItsLastValue() {
        add("m f=1,f=2 5");
        assertThat(records(1 << 16).get(0).values()).containsExactly(2);
    }

    @Test
    void tagsInAnotherOrderAreTheSameSeries() {
        add("m,a=1,b=2 f=1 5\nm,b=2,a=1 f=7 5");
        assertThat(records(1 << 16)).singleElement().satisfies(record -> assertThat(record.values()).containsExactly(7));
    }

    @Test
    void recordsStayWithinTheirSizeAndKeepTheOrderOfTheirSeries() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            lines.append("m f=").append(i).append(' ').append(i).append('\n');
        }
        add(lines.toString());
        List<Integer> sizes = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        batch.forEachRecord(8, 4096, (partition, key, value) -> {
            sizes.add(value.length);
            assertThat(decode(value)).singleElement().satisfies(samples -> {
                for (long time : samples.timeNanos()) {
                    times.add(time);
                }
            });
        });
        assertThat(sizes).allMatch(size -> size <= 4096);
        assertThat(sizes.subList(0, sizes.size() - 1)).allMatch(size -> size > 3900);
        assertThat(times).hasSize(10_000).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void seriesOfAPartitionShareRecords() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            lines.append("m,host=").append(i).append(" f=").append(i).append(" 5\n");
        }
        add(lines.toString());
        Map<Integer, List<Integer>> seriesOfRecords = new TreeMap<>();
        List<Double> values = new ArrayList<>();
        batch.forEachRecord(4, 1 << 16, (partition, key, value) -> {
            List<SeriesSamples> all = decode(value);
            seriesOfRecords.computeIfAbsent(partition, p -> new ArrayList<>()).add(all.size());
            all.forEach(samples -> values.add(samples.values()[0]));
        });
        assertThat(seriesOfRecords).containsOnlyKeys(0, 1, 2, 3).allSatisfy((partition, sizes) -> assertThat(
                sizes.subList(0, sizes.size() - 1)).isNotEmpty().containsOnly(100));
        assertThat(values).hasSize(1000).doesNotHaveDuplicates();
    }

    @Test
    void aSeriesThatDoesNotFitBehindOthersBeginsARecordOfItsOwn() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            lines.append("m a=1,b=2,c=3 ").append(i).append('\n'); // 3200 bytes a series
        }
        add(lines.toString());
        List<Integer> lengths = new ArrayList<>();
        batch.forEachRecord(1, 4096, (partition, key, value) -> decode(value).forEach(samples -> lengths.add(samples.values().length)));
        assertThat(lengths).containsExactly(200, 200, 200);
    }

    @Test
    void mergingAgreesWithAMapWhateverTheOrder() {
        for (long seed = 1; seed <= 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Map<String, Map<Long, Double>> expected = new LinkedHashMap<>();
            SampleBatch some = new SampleBatch(share);
            StringBuilder lines = new StringBuilder();
            int count = random.nextInt(1, 200);
            for (int i = 0; i < count; i++) {
                String field = "f" + random.nextInt(3);
                long time = random.nextInt(40);
                lines.append("m ").append(field).append('=').append(i).append(' ').append(time).append('\n');
                expected.computeIfAbsent("t/b/m#" + field, key -> new TreeMap<>()).put(time, (double) i);
            }
            parse(lines.toString(), some);
            Map<String, Map<Long, Double>> found = new LinkedHashMap<>();
            int partitions = random.nextInt(1, 4);
            int maxBytes = random.nextInt(100, 4096);
            some.forEachRecord(partitions, maxBytes, (partition, key, value) -> {
                List<SeriesSamples> all = decode(value);
                assertThat(value.length).as("bytes of %d series, seed", all.size()).isLessThanOrEqualTo(maxBytes);
                assertThat(all.getFirst().key()).isEqualTo(new String(key, StandardCharsets.UTF_8));
                for (SeriesSamples samples : all) {
                    assertThat(StreamTopics.partition(samples.key().getBytes(StandardCharsets.UTF_8), partitions)).isEqualTo(partition);
                    for (int i = 0; i < samples.values().length; i++) {
                        found.computeIfAbsent(samples.key(), k -> new LinkedHashMap<>()).put(samples.timeNanos()[i], samples.values()[i]);
                    }
                }
            });
            assertThat(found).as("seed %d", seed).isEqualTo(expected);
            found.values().forEach(times -> assertThat(List.copyOf(times.keySet())).isSorted());
        }
    }

    @Test
    void whatABatchHoldsIsCountedAndGivenBack() {
        add("m f=1 5");
        long one = inFlight.used();
        assertThat(one).isBetween(64L, 1000L);
        for (int i = 0; i < 1000; i++) {
            add("m f=1 " + i);
        }
        assertThat(inFlight.used() - one).isBetween(1000L * 16 - 64, 1024L * 16);
        share.close();
        assertThat(inFlight.used()).isZero();
    }

    @Test
    void aBatchThatDoesNotFitIsTurnedAwayAndLeavesRoomForOthers() {
        InFlightBytes small = new InFlightBytes(10_000);
        try (InFlightBytes.Share mine = small.open()) {
            SampleBatch tooMuch = new SampleBatch(mine);
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < 1000; i++) {
                lines.append("m").append(i).append(" f=1 5\n");
            }
            assertThatThrownBy(() -> parse(lines.toString(), tooMuch)).isInstanceOfSatisfying(InFlightExceededException.class,
                    e -> assertThat(e.tooLargeAlone()).isTrue());
            try (InFlightBytes.Share other = small.open()) {
                assertThatThrownBy(() -> other.grow(9_999)).isInstanceOfSatisfying(InFlightExceededException.class,
                        e -> assertThat(e.tooLargeAlone()).isFalse());
            }
        }
        assertThat(small.used()).isZero();
    }

    private void add(String lines) {
        parse(lines, batch);
    }

    private static void parse(String lines, SampleBatch target) {
        byte[] body = lines.getBytes(StandardCharsets.UTF_8);
        new LineParser(new SeriesCatalog(1 << 20), CounterNames.NONE, "t", "b", Precision.NANOSECONDS, 0).parse(body, body.length,
                new PointSink() {
                    @Override
                    public void sample(Series series, long timeNanos, double value) {
                        target.add(series, timeNanos, value);
                    }

                    @Override
                    public void skipped(SkippedKind kind, int count) {}

                    @Override
                    public void point() {}

                    @Override
                    public void refused(int line, Refusal refusal, Evidence evidence) {
                        throw new AssertionError(evidence.describe().toString());
                    }
                });
    }

    private List<SeriesSamples> records(int maxBytes) {
        List<SeriesSamples> all = new ArrayList<>();
        batch.forEachRecord(1, maxBytes, (partition, key, value) -> all.addAll(decode(value)));
        return all;
    }

    private static List<SeriesSamples> decode(byte[] value) {
        return ((Samples) StreamCodec.decode(value)).series();
    }
}
