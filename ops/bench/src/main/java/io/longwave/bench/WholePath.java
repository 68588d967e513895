package io.longwave.bench;

import io.longwave.db.point.NewPoints;
import io.longwave.series.SeriesKey;
import io.longwave.standalone.platform.Platform;
import io.longwave.standalone.platform.PlatformConfig;
import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.StreamTopics;
import io.longwave.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.util.FileSystemUtils;

/**
 * How many points a second go from Kafka through the online model into PostgreSQL, everything on this machine, beside what Kafka and PostgreSQL do without a model? A platform as
 * {@code ./longwave up} starts it, with fsync; each part is measured after the other in one run:
 *
 * <ol>
 * <li>produce: records into a topic that nobody reads, acknowledged;
 * <li>consume: these records read and decoded;
 * <li>copy: as many rows into a table with the columns and the key of {@code point}, 10,000 a transaction;
 * <li>path: records into the samples topic, until the last point is committed with its score.
 * </ol>
 *
 * <p>Beside it the bytes of PostgreSQL's write-ahead log a point of the path. Ratio: path over 1 / (1 / produce + 1 / consume + 1 / copy), which is what one core after the other would reach without a model. Not a benchmark of JMH:
 * {@code java … io.longwave.bench.WholePath [points] [series] [points of a series in a record] [rounds] [series in a record]}.
 */
public final class WholePath {
    private static final long START = 1_772_323_200_000_000_000L; // 2026-03-01T00:00:00Z
    private static final long SECOND = 1_000_000_000L;
    private static final int PARTITIONS = 8;
    private static final int ROWS = 10_000;
    private static final String SAMPLES = "select coalesce(sum(count), 0) from stream_counter where name = 'samples'";
    private static final String LOG_POSITION = "select pg_current_wal_lsn() - '0/0'::pg_lsn";

    private final Platform platform;
    private final int points;
    private final int series;
    private final int perRecord;
    private final int seriesPerRecord;

    private WholePath(Platform platform, int points, int series, int perRecord, int seriesPerRecord) {
        this.platform = platform;
        this.points = points;
        this.series = series;
        this.perRecord = perRecord;
        this.seriesPerRecord = seriesPerRecord;
    }

    public static void main(String[] arguments) throws Exception {
        int points = argument(arguments, 0, 2_000_000);
        int series = argument(arguments, 1, 1000);
        int perRecord = argument(arguments, 2, 63);
        int rounds = argument(arguments, 3, 4);
        int seriesPerRecord = argument(arguments, 4, 1);
        Path folder = Files.createTempDirectory("longwave-path");
        try (Platform platform = Platform.start(PlatformConfig.embedded(folder, 28_080))) {
            WholePath path = new WholePath(platform, points, series, perRecord, seriesPerRecord);
            System.out.printf("%,d points of %,d series, %d of %d series in a record; points a second%n", points, series, perRecord,
                    seriesPerRecord);
            System.out.printf("%5s %12s %12s %12s %12s %12s %8s %14s%n", "round", "produce", "consume", "copy", "together", "path", "ratio",
                    "WAL of path");
            path.createTopics(rounds);
            for (int round = 0; round < rounds; round++) {
                path.round(round);
            }
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    private static int argument(String[] arguments, int index, int otherwise) {
        return index < arguments.length ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private void createTopics(int rounds) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", platform.bootstrapServers()))) {
            admin.createTopics(IntStream.range(0, rounds).mapToObj(round -> new NewTopic(topic(round), PARTITIONS, (short) 1)).toList())
                    .all().get();
            // Which only leaders answer: a producer that writes before they know that they are loses count.
            admin.listOffsets(IntStream.range(0, rounds * PARTITIONS).boxed().collect(Collectors
                    .toMap(i -> new TopicPartition(topic(i / PARTITIONS), i % PARTITIONS), i -> OffsetSpec.latest()))).all().get();
        }
    }

    private static String topic(int round) {
        return "ceiling-" + round;
    }

    private void round(int round) throws Exception {
        String topic = topic(round);
        double produce = rate(() -> produce(topic, round));
        double consume = rate(() -> consume(topic));
        double copy = rate(this::copy);
        long log = number(LOG_POSITION);
        double path = rate(() -> path(round));
        double together = 1 / (1 / produce + 1 / consume + 1 / copy);
        System.out.printf("%5d %,12.0f %,12.0f %,12.0f %,12.0f %,12.0f %8.2f %,12d B%n", round, produce, consume, copy, together, path,
                path / together, (number(LOG_POSITION) - log) / expected());
    }

    private interface Part {
        void run() throws Exception;
    }

    private double rate(Part part) throws Exception {
        long started = System.nanoTime();
        part.run();
        return points / ((System.nanoTime() - started) / 1e9);
    }

    /** Rounds go on in time, so that each one's points are new. */
    private void produce(String topic, int round) throws InterruptedException, ExecutionException {
        List<List<String>> groups = groups();
        int each = points / series;
        Map<String, Object> settings = Map.of("bootstrap.servers", platform.bootstrapServers(), "acks", "all", "linger.ms", 5, "batch.size",
                131_072);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<?>> last = new ArrayList<>();
            for (int from = 0; from < each; from += perRecord) {
                int to = Math.min(each, from + perRecord);
                last.clear();
                for (List<String> group : groups) {
                    List<SeriesSamples> samples = new ArrayList<>();
                    for (String key : group) {
                        long[] times = new long[to - from];
                        double[] values = new double[to - from];
                        for (int i = from; i < to; i++) {
                            times[i - from] = START + ((long) round * each + i) * SECOND;
                            values[i - from] = 50 + 20 * Math.sin((i + key.hashCode()) / 30.0) + (i * 7919 % 13) / 13.0;
                        }
                        samples.add(new SeriesSamples(key, times, values));
                    }
                    last.add(producer.send(new ProducerRecord<>(topic, group.getFirst().getBytes(StandardCharsets.UTF_8),
                            StreamCodec.encode(new Samples(samples)))));
                }
            }
            for (Future<?> one : last) {
                one.get();
            }
        }
    }

    /** Keys of series, those of a partition by as many as share a record. */
    private List<List<String>> groups() {
        Map<Integer, List<String>> byPartition = IntStream.range(0, series)
                .mapToObj(i -> SeriesKey.of("default", "path", "machine", Map.of("unit", Integer.toString(i)), "value").canonical())
                .collect(Collectors.groupingBy(key -> StreamTopics.partition(key.getBytes(StandardCharsets.UTF_8), PARTITIONS)));
        List<List<String>> groups = new ArrayList<>();
        for (List<String> keys : byPartition.values()) {
            for (int from = 0; from < keys.size(); from += seriesPerRecord) {
                groups.add(keys.subList(from, Math.min(keys.size(), from + seriesPerRecord)));
            }
        }
        return groups;
    }

    private void consume(String topic) {
        Map<String, Object> settings = Map.of("bootstrap.servers", platform.bootstrapServers(), "max.poll.records", 10_000);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, PARTITIONS).mapToObj(number -> new TopicPartition(topic, number)).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            int read = 0;
            while (read < expected()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    for (SeriesSamples samples : ((Samples) StreamCodec.decode(record.value())).series()) {
                        read += samples.values().length;
                    }
                }
            }
        }
    }

    private void copy() throws SQLException {
        try (Connection connection = connect()) {
            connection.createStatement().execute("drop table if exists other.point");
            connection.createStatement().execute("create schema if not exists other");
            connection.createStatement().execute("create table other.point (like public.point including all)");
            connection.createStatement().execute("set search_path = other");
            connection.setAutoCommit(false);
            int each = points / series;
            int done = 0;
            NewPoints rows = new NewPoints();
            // In the order in which the stream would write them: some of each series, then the next ones.
            for (int from = 0; from < each; from += perRecord) {
                for (int number = 0; number < series; number++) {
                    for (int i = from; i < Math.min(each, from + perRecord); i++) {
                        rows.add(number, START + i * SECOND, i, i, i - 1, i + 1, 0.5, "online-1");
                        if (++done % ROWS == 0) {
                            rows.write(connection);
                            connection.commit();
                            rows = new NewPoints();
                        }
                    }
                }
            }
            rows.write(connection);
            connection.commit();
        }
    }

    private void path(int round) throws Exception {
        produce(Topics.SAMPLES, round);
        while (number(SAMPLES) < (long) expected() * (round + 1)) {
            Thread.sleep(5);
        }
    }

    private int expected() {
        return points / series * series;
    }

    private long number(String query) throws SQLException {
        try (Connection connection = connect(); ResultSet rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(platform.database().jdbcUrl(), platform.database().user(), platform.database().password());
    }
}
