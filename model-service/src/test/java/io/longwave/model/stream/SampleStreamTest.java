package io.longwave.model.stream;

import static io.longwave.model.stream.StreamBench.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.testing.PostgresFixture;
import io.longwave.model.KafkaFixture;
import io.longwave.model.anomaly.IncidentRules;
import io.longwave.model.serving.Models;
import io.longwave.model.serving.SeriesStates;
import io.longwave.model.stream.StreamPartitionStatus.Phase;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.StreamTopics;
import io.longwave.wire.StreamTopicsException;
import io.longwave.wire.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.unit.DataSize;

/** Instances of the stream on a real broker: assignment, rebalance, and what is said when a partition cannot go on. */
class SampleStreamTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();
    @RegisterExtension
    static final KafkaFixture kafka = new KafkaFixture();

    private static final int PARTITIONS = 4;
    private static final int SERIES = 12;
    private static final int WORKERS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final List<SampleStream> started = new ArrayList<>();
    /** Of the stream that was made last. */
    private SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StreamBench bench = new StreamBench(postgres.dataSource());

    @BeforeEach
    void madeAgain() throws Exception {
        postgres.truncate();
        try (Admin admin = Admin.create(client())) {
            StreamTopics.ensure(admin, PARTITIONS, Duration.ofSeconds(30));
            deleteRecords(admin, ends(admin));
        }
    }

    @AfterEach
    void stop() {
        started.forEach(SampleStream::stop);
    }

    @Test
    void everySampleIsStoredOnceWhileInstancesComeAndGoAndAStoppedPartitionSaysWhyWhileTheOthersGoOn() throws Exception {
        SampleStream first = start("everything");
        await(() -> first.ready() && first.status().size() == PARTITIONS, true);
        produce(0, 50);
        SampleStream second = start("everything");
        await(() -> first.status().size() + second.status().size() == PARTITIONS && !second.status().isEmpty(), true);
        produce(50, 100);
        first.stop();
        produce(100, 150);
        await(() -> bench.rows("select count(*), sum(value) from point"),
                List.of(SERIES * 150 + " | " + SERIES * (150 * 149 / 2)));
        assertThat(bench.rows("select count(*) from stream_counter where name in ('late', 'duplicate')")).containsExactly("0");
        assertThat(bench.rows("select distinct partition from series_state order by 1")).isEqualTo(
                bench.rows("select distinct partition from stream_counter order by 1"));

        // Records that were never read vanish from partition 2: nobody may pretend that nothing happened.
        second.stop();
        produce(150, 160);
        try (Admin admin = Admin.create(client())) {
            TopicPartition cut = new TopicPartition(Topics.SAMPLES, 2);
            long end = Long.parseLong(bench.rows("select next_offset from stream_position where partition = 2").getFirst()) + 1;
            admin.deleteRecords(Map.of(cut, RecordsToDelete.beforeOffset(end))).all().get();
        }
        SampleStream third = start("everything");
        // The first word of the group may be that there is nothing for it yet.
        await(() -> third.ready() && third.status().size() == PARTITIONS, true);
        assertThat(third.status()).filteredOn(status -> status.phase() == Phase.STOPPED).singleElement().satisfies(status -> {
            assertThat(status.partition()).isEqualTo(2);
            assertThat(status.problem()).contains("outside the log").contains("./longwave stream repair");
        });
        assertThat(third.owns(2)).isFalse();
        long others = Long.parseLong(bench.rows(
                "select count(*) from series_state where partition <> 2").getFirst());
        await(() -> bench.rows("select count(*) from point p join series_state t on t.series_id = p.series_id where t.partition <> 2"),
                List.of(Long.toString(others * 160)));
    }

    @Test
    void thePositionPassesTheEndsOfTransactionsSoThatTheirRecordsCanGoWithoutSeemingToBeMissing() throws Exception {
        SampleStream first = start("transactions");
        await(() -> first.ready() && first.status().size() == PARTITIONS, true);
        produce(0, 5, Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "several"));
        try (Admin admin = Admin.create(client())) {
            // A commit is answered before its marker stands in every partition; until it does, readers of committed records see less.
            await(() -> ends(admin, IsolationLevel.READ_COMMITTED).equals(ends(admin)), true);
            Map<TopicPartition, Long> ends = ends(admin);
            List<String> reached = ends.entrySet().stream().map(end -> end.getKey().partition() + " | " + end.getValue()).sorted().toList();
            await(() -> bench.rows("select partition, next_offset from stream_position order by partition"), reached);
            first.stop();
            deleteRecords(admin, ends);
        }
        SampleStream second = start("transactions");
        await(() -> second.status().stream().filter(status -> status.phase() == Phase.RUNNING).count(), (long) PARTITIONS);
        produce(5, 6);
        await(() -> bench.rows(
                "select count(*) from point p join series s on s.id = p.series_id where p.time = " + (START + 5 * StreamBench.SECOND)),
                List.of(Integer.toString(SERIES)));
    }

    @Test
    void partitionsWhoseTransactionsHangKeepNoOthersWaitingAndGoOnWhenTheyCan() throws Exception {
        SampleStream stream = start("hanging");
        await(() -> stream.ready() && stream.status().size() == PARTITIONS, true);
        produce(0, 1);
        await(() -> bench.rows("select count(*) from point"), List.of(Integer.toString(SERIES)));
        String inOthers = "select count(*) from series_state where partition >= " + WORKERS;
        assertThat(bench.rows(inOthers)).doesNotContain("0");
        try (Connection oldOwner = postgres.dataSource().getConnection(); Statement statement = oldOwner.createStatement()) {
            oldOwner.setAutoCommit(false);
            // As many as there are workers.
            statement.execute("select 1 from stream_position where partition < " + WORKERS + " for update");
            produce(1, 20);
            await(() -> bench.rows("""
                    select count(*) from point p join series_state t on t.series_id = p.series_id
                    where t.partition >= %s and p.time > %s""".formatted(WORKERS, START)),
                    List.of(Integer.toString(19 * Integer.parseInt(bench.rows(inOthers).getFirst()))));
            assertThat(bench.rows("select count(*) from point")).doesNotContain(Integer.toString(20 * SERIES));
            // A batch ends a moment after its points are there, and that of the partition that hangs may be read a moment later.
            await(() -> delay(PARTITIONS - 1), 0.0);
            await(() -> delay(0) > 1_000_000, true); // seconds since the record that waits was written
            oldOwner.rollback();
        }
        await(() -> bench.rows("select count(*) from point"), List.of(Integer.toString(20 * SERIES)));
        assertThat(bench.rows("select count(*) from dead_letter")).containsExactly("0");
        await(() -> delay(0), 0.0);
    }

    private double delay(int partition) {
        return registry.get("longwave.stream.delay").tag("partition", Integer.toString(partition)).gauge().value();
    }

    private static void deleteRecords(Admin admin, Map<TopicPartition, Long> ends) throws Exception {
        Map<TopicPartition, RecordsToDelete> old = new HashMap<>();
        ends.forEach((partition, end) -> old.put(partition, RecordsToDelete.beforeOffset(end)));
        admin.deleteRecords(old).all().get();
    }

    private static Map<TopicPartition, Long> ends(Admin admin) throws Exception {
        return ends(admin, IsolationLevel.READ_UNCOMMITTED);
    }

    private static Map<TopicPartition, Long> ends(Admin admin, IsolationLevel isolation) throws Exception {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            asked.put(new TopicPartition(Topics.SAMPLES, partition), OffsetSpec.latest());
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(asked, new ListOffsetsOptions(isolation)).all().get()
                .forEach((partition, found) -> ends.put(partition, found.offset()));
        return ends;
    }

    @Test
    void anotherPartitionCountThanConfiguredFailsTheStart() {
        SampleStream stream = stream("count", PARTITIONS + 1);
        Assertions.assertThatThrownBy(stream::start).isInstanceOf(StreamTopicsException.class)
                .hasMessageContaining("expected 5 partitions").hasMessageContaining("it has 4");
    }

    private SampleStream start(String group) {
        SampleStream stream = stream(group, PARTITIONS);
        started.add(stream);
        stream.start();
        return stream;
    }

    private SampleStream stream(String group, int partitions) {
        StreamingModel model = new RunningMeanModel("mean-1", "test");
        Models models = new Models() {
            @Override
            public StreamingModel byDefault() {
                return model;
            }

            @Override
            public Optional<StreamingModel> find(String id) {
                return Optional.empty();
            }
        };
        StreamProperties settings = new StreamProperties(partitions, group, WORKERS, 20, DataSize.ofKilobytes(64), DataSize.ofMegabytes(1),
                Duration.ofHours(24), 64, DataSize.ofKilobytes(100), Duration.ofMillis(200), Duration.ofSeconds(5), Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30), URI.create("http://" + group + ":8082"));
        registry = new SimpleMeterRegistry();
        SampleStream.Stop stop = new SampleStream.Stop();
        StreamRules rules = new StreamRules(new IncidentRules(0.9999, 0.99, 3), settings.farFuture(), 16, 100, new double[]{0.9},
                settings.checkpointEvery());
        return new SampleStream(client(), settings,
                new PartitionProcessor.Shared(postgres.dataSource(), rules, models, new SeriesStates(models, 50), settings.limits(),
                        new InstanceUrl(settings.advertisedUrl(), new MockEnvironment()), new ResidentMemory(settings.residentBytes()),
                        new StreamMeters(registry), BatchObserver.NONE, settings.turns(), stop, () -> {
                        }),
                stop);
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", kafka.bootstrapServers());
    }

    /** One record per series and time; the value is the number of the record. */
    private static void produce(int from, int to) {
        produce(from, to, Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all"));
    }

    /** In one transaction where the settings name one. */
    private static void produce(int from, int to, Map<String, Object> settings) {
        boolean transaction = settings.containsKey("transactional.id");
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            if (transaction) {
                producer.initTransactions();
                producer.beginTransaction();
            }
            for (int i = from; i < to; i++) {
                for (int s = 0; s < SERIES; s++) {
                    String key = StreamBench.key("s" + s);
                    long[] times = {START + i * StreamBench.SECOND};
                    producer.send(new ProducerRecord<>(Topics.SAMPLES, null, START / 1_000_000 + i, key.getBytes(StandardCharsets.UTF_8),
                            StreamCodec.encode(new Samples(List.of(new SeriesSamples(key, times, new double[]{i}))))));
                }
            }
            if (transaction) {
                producer.commitTransaction();
            }
        }
    }

    private static <T> void await(Callable<T> value, T expected) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T last = value.call();
        while (!expected.equals(last)) {
            assertThat(System.nanoTime() - deadline).as("expected " + expected + " but still " + last + " after " + PATIENCE).isNegative();
            Thread.sleep(50);
            last = value.call();
        }
    }
}
