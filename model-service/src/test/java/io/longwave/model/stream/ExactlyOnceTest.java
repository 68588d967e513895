package io.longwave.model.stream;

import static io.longwave.model.stream.StreamBench.SECOND;
import static io.longwave.model.stream.StreamBench.START;
import static io.longwave.model.stream.StreamBench.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.longwave.db.retention.Retention;
import io.longwave.db.testing.PostgresFixture;
import io.longwave.model.WaveModel;
import io.longwave.model.serving.SeriesSlot;
import io.longwave.model.serving.SeriesSlot.Checkpoint;
import io.longwave.model.stream.StreamBench.Log;
import io.longwave.series.DeclaredKind;
import io.longwave.series.SeriesKind;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.online.OnlineModel;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.wire.StreamMessage.ChooseKind;
import io.longwave.wire.StreamMessage.Forget;
import io.longwave.wire.StreamMessage.Promote;
import io.longwave.wire.StreamMessage.Watch;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No duplicate, no gap, whoever is stopped when: every run ends with the rows of an undisturbed one, to the bit. */
class ExactlyOnceTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();

    private static final int MOST_PAUSE_MILLIS = 20;
    private static final int POLL = 9;
    private static final String PASSING = key("passing");
    private static final String COUNTED = key("counted");
    private static final Log LOG = stream();

    /** The rows of a run that nothing disturbed, in which each batch saved every state that it changed. */
    private static List<String> undisturbed = List.of();

    private static StreamingModel trained = new OnlineModel();

    private StreamBench bench = bench();

    /** Every batch takes a connection, and there are thousands of them. */
    private static final HikariDataSource connections = new HikariDataSource();

    @BeforeAll
    static void runUndisturbed(@TempDir Path models) throws Exception {
        connections.setJdbcUrl(postgres.jdbcUrl());
        trained = ModelFamilies.streaming(WaveModel.register(models, 12, 4, 0));
        StreamBench bench = bench();
        bench.checkpointEvery = 1;
        bench.run(bench.processor(), LOG, 13);
        undisturbed = List.copyOf(bench.dump());
    }

    @AfterAll
    static void closeConnections() {
        connections.close();
    }

    @BeforeEach
    void empty() {
        postgres.truncate();
        bench = bench();
    }

    @Test
    void theStreamHoldsEveryKindOfRecordSoThatTheOtherTestsSaySomething() throws Exception {
        List<String> rows = undisturbed;
        assertThat(rows).filteredOn(row -> row.startsWith("counter")).extracting(row -> row.split(" \\| ", -1)[2]).contains("samples",
                "late", "duplicate", "merged", "far-future", "not-finite", "undecodable", "bad-key", "unknown-model", "unprocessable",
                "promotions", "records", "forgotten", "forget-outdated", "counter-restarted",
                "kind-changed");
        assertThat(rows).filteredOn(row -> row.startsWith("kind")).anyMatch(row -> row.contains("counter | null | "))
                .anyMatch(row -> row.contains("null | counter | "));
        assertThat(rows).anyMatch(row -> row.startsWith("anomaly")).anyMatch(row -> row.startsWith("forecast"));
        assertThat(rows).filteredOn(row -> row.startsWith("point")).extracting(row -> row.split(" \\| ", -1)[8]).contains("mean-1",
                "mean-2", "online-1", WaveModel.ID);
        assertThat(rows).as("judged by the trained model").anyMatch(row -> row.startsWith("point") && row.endsWith(WaveModel.ID)
                && !row.contains("null"));
    }

    @ParameterizedTest
    @EnumSource(BatchStep.class)
    void aProcessKilledAtAnyStepLeavesNoTraceInTheRows(BatchStep step) throws Exception {
        int kills = 0;
        for (int death = 0; death < 4; death++) {
            int at = 20 + 40 * death;
            PartitionProcessor victim = bench.processor((reached, next) -> {
                if (reached == step && next > at) {
                    throw new Killed();
                }
            });
            try {
                bench.run(victim, LOG, POLL);
            } catch (Killed killed) {
                kills++;
            }
        }
        bench.run(bench.processor(), LOG, POLL);
        assertThat(kills).isEqualTo(4);
        assertThat(bench.dump()).isEqualTo(undisturbed);
    }

    @ParameterizedTest
    @EnumSource(BatchStep.class)
    void aConnectionLostAtAnyStepIsTriedAgainAfterReadingThePosition(BatchStep step) throws Exception {
        int[] failures = new int[1];
        PartitionProcessor shaken = bench.processor((reached, next) -> {
            if (reached == step && next % 4 == 0 && failures[0]++ % 2 == 0) {
                throw new SQLException("the connection was reset", "08006");
            }
        });
        bench.run(shaken, LOG, 4);
        assertThat(failures[0]).isGreaterThan(10);
        assertThat(bench.dump()).isEqualTo(undisturbed);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 1000})
    void theRowsDoNotDependOnHowTheStreamIsCutIntoPolls(int pollSize) throws Exception {
        bench.run(bench.processor(), LOG, pollSize);
        assertThat(bench.dump()).isEqualTo(undisturbed);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 100_000})
    void theRowsDoNotDependOnHowOftenStatesAreSaved(int checkpointEvery) throws Exception {
        bench.checkpointEvery = checkpointEvery;
        bench.residentBytes = 2_000; // two series
        bench.run(bench.processor(), LOG, POLL);
        assertThat(bench.dump()).isEqualTo(undisturbed);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, POLL})
    void afterEveryPollTheDatabaseSaysOfEverySeriesWhatMemorySays(int pollSize) throws Exception {
        bench.checkpointEvery = 1000;
        PartitionProcessor processor = bench.processor();
        processor.claim(0);
        int older = 0;
        for (int next = 0; next < LOG.records.size(); next += pollSize) {
            processor.process(LOG.from(next, pollSize));
            for (String key : List.of(key("a"), key("b"), key("c"), COUNTED, PASSING)) {
                Optional<SeriesSlot> published = processor.published(key);
                if (published.isPresent()) {
                    SeriesSlot restored = bench.restored(key);
                    assertThat(StreamBench.inWords(restored)).isEqualTo(StreamBench.inWords(published.get()));
                    Checkpoint checkpoint = Objects.requireNonNull(published.get().checkpoint());
                    assertThat(restored.checkpoint()).isEqualTo(checkpoint);
                    older += checkpoint.samplesSince() > 0 ? 1 : 0;
                }
            }
        }
        assertThat(older).as("checkpoints that were older than their series").isGreaterThan(20);
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 100_000})
    void aRestartAfterEveryPollChangesNothing(int checkpointEvery) throws Exception {
        bench.checkpointEvery = checkpointEvery;
        for (int next = 0; next < LOG.records.size(); next += POLL) {
            PartitionProcessor young = bench.processor();
            assertThat(young.claim(0).nextOffset()).isEqualTo(next);
            young.process(LOG.from(next, POLL));
        }
        assertThat(bench.dump()).isEqualTo(undisturbed);
    }

    /** Retention beside the stream deletes nothing that a state or a living series needs; what a promoted model is warmed with is younger here. */
    @Test
    void rowsOfForgottenSeriesAndOldPointsMayBeDeletedAtAnyTime() throws Exception {
        bench.checkpointEvery = 1000;
        PartitionProcessor processor = bench.processor();
        processor.claim(0);
        long deleted = 0;
        for (int next = 0; next < LOG.records.size(); next += POLL) {
            processor.process(LOG.from(next, POLL));
            try (Connection connection = postgres.dataSource().getConnection()) {
                while (Retention.forgotten(connection) > 0) {
                    // until nothing is left of them
                }
                deleted += Retention.next(connection, Retention.OfSeries.POINTS, 0, Duration.ofSeconds(120)).rows();
            }
            if (next % (4 * POLL) == 0) {
                processor = bench.processor();
                processor.claim(0);
            }
        }
        assertThat(deleted).isGreaterThan(50);
        assertThat(bench.rows("select count(*) from point p where not exists (select from series s where s.id = p.series_id)"))
                .containsExactly("0");
        assertThat(states(bench.dump())).isNotEmpty().isEqualTo(states(undisturbed));
    }

    private static List<String> states(List<String> rows) {
        return rows.stream().filter(row -> row.startsWith("state")).toList();
    }

    @Test
    void seriesDroppedFromMemoryContinueFromTheDatabase() throws Exception {
        bench.residentBytes = 1; // none
        PartitionProcessor processor = bench.processor();
        bench.run(processor, LOG, POLL);
        assertThat(bench.dump()).isEqualTo(undisturbed);
        assertThat(bench.rows("select key from series")).isNotEmpty().allMatch(key -> processor.published(key).isEmpty());
    }

    @Test
    void ofTwoOwnersTheLaterClaimWinsAndTheOtherWritesNothing() throws Exception {
        PartitionProcessor first = bench.processor();
        PartitionProcessor second = bench.processor();
        first.claim(0);
        first.process(LOG.from(0, POLL));
        long next = second.claim(0).nextOffset();
        assertThat(next).isEqualTo(POLL);

        assertThatThrownBy(() -> first.process(LOG.from(POLL, POLL))).isInstanceOf(LostPartitionException.class);
        assertThat(first.published(key("a"))).isEmpty();
        assertThatThrownBy(() -> first.process(LOG.from(POLL, POLL))).as("until it claims again")
                .isInstanceOf(LostPartitionException.class);

        second.process(LOG.from(next, POLL));
        bench.run(first, LOG, POLL);
        assertThatThrownBy(() -> second.process(LOG.from(2 * POLL, POLL))).isInstanceOf(LostPartitionException.class);
        assertThat(bench.dump()).isEqualTo(undisturbed);
    }

    @Test
    void ownersThatFightOverThePartitionInParallelLoseAndDoubleNothing() throws Exception {
        AtomicInteger fenced = new AtomicInteger();
        CyclicBarrier bothClaimed = new CyclicBarrier(2);
        Callable<Void> fighter = () -> {
            PartitionProcessor processor = bench.processor();
            long next = processor.claim(0).nextOffset();
            bothClaimed.await();
            while (next < LOG.records.size()) {
                try {
                    processor.process(LOG.from(next, 3));
                    next += 3;
                } catch (LostPartitionException e) {
                    // Two that claim again at once can take the partition from each other for minutes before one gets a transaction through.
                    Thread.sleep(fenced.incrementAndGet() % MOST_PAUSE_MILLIS);
                    next = processor.claim(0).nextOffset();
                }
            }
            return null;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (Future<Void> done : threads.invokeAll(List.of(fighter, fighter))) {
                done.get();
            }
        }
        assertThat(fenced.get()).isPositive();
        assertThat(bench.dump()).isEqualTo(undisturbed);
    }

    @Test
    void recordsThatComeAgainAreSkipped() throws Exception {
        PartitionProcessor processor = bench.processor();
        processor.claim(0);
        for (int next = 0; next < LOG.records.size(); next += POLL) {
            processor.process(LOG.from(Math.max(0, next - 5), POLL + 5));
            processor.process(LOG.from(next, POLL));
        }
        processor.process(LOG.from(0, 1000));
        assertThat(bench.dump()).isEqualTo(undisturbed);
    }

    @Test
    void aDatabaseThatWentBackIsNoticedAndTheOwnerGoesOnFromWhereItIs() throws Exception {
        PartitionProcessor processor = bench.processor();
        processor.claim(0);
        processor.process(LOG.from(0, POLL));
        bench.execute("update stream_position set next_offset = next_offset - 1");
        assertThatThrownBy(() -> processor.process(LOG.from(POLL, POLL))).isInstanceOf(LostPartitionException.class);
        bench.execute("update stream_position set next_offset = next_offset + 1");
        bench.run(processor, LOG, POLL);
        assertThat(bench.dump()).isEqualTo(undisturbed);
    }

    private static StreamBench bench() {
        StreamBench bench = new StreamBench(connections);
        bench.registered.put("online-1", new OnlineModel());
        bench.registered.put(WaveModel.ID, trained);
        return bench;
    }

    /** Three series, 60 records each, with everything that may happen to a record. */
    private static Log stream() {
        SplittableRandom random = new SplittableRandom(20_260_101L);
        Log log = new Log();
        String[] keys = {key("a"), key("b"), key("c")};
        double[] time = new double[3];
        for (int i = 0; i < 180; i++) {
            int s = random.nextInt(3);
            String key = keys[s];
            double[] pairs = new double[2 * (1 + random.nextInt(4))];
            for (int j = 0; j < pairs.length; j += 2) {
                time[s] += 1;
                pairs[j] = time[s];
                pairs[j + 1] = Math.sin(time[s] / 3) + (random.nextInt(40) == 0 ? 9 : 0);
            }
            switch (i % 15) {
                case 1 -> log.samples(key, pairs[0] - 2.5, 7, pairs[0] - 2.5, 8, pairs[0] - 2.5, 7);
                case 2 -> log.samples(key, pairs[0] - 1, random.nextDouble());
                case 3 -> log.samples(key, pairs[0], Double.NaN, pairs[0], 1, pairs[0] + 3 * 86_400, 2, pairs[0], 3);
                case 4 -> log.raw(key, new byte[]{(byte) 0xff, 1, (byte) i});
                case 5 -> log.samples("not canonical", 1, 1, 2, 2);
                case 6 -> log.samples(key, pairs[0], RunningMeanModel.POISON);
                case 7 -> {
                    double next = Arrays.stream(time).max().orElseThrow() + 1;
                    Arrays.fill(time, next);
                    log.together(next, List.of(keys), i, i % 2 == 0 ? RunningMeanModel.POISON : 1, i == 52 ? RunningMeanModel.POISON : 2);
                }
                default -> {
                }
            }
            // A counter that starts again now and then, whose first records do not say what it is; of every seventh a part comes late.
            log.samples(COUNTED, i < 20 ? null : DeclaredKind.COUNTER, i * 2, i % 50 * 3, i * 2 + (i % 7 == 0 ? -3 : 1), i % 50 * 3 + 1);
            switch (i) {
                case 85, 150 -> log.add(COUNTED, new ChooseKind(COUNTED, SeriesKind.GAUGE));
                case 95, 165 -> log.add(COUNTED, new ChooseKind(COUNTED, null));
                case 110 -> log.add(keys[0], new ChooseKind(keys[0], SeriesKind.COUNTER));
                case 10 -> log.add(keys[0], new Watch(keys[0], true, 5));
                case 40 -> log.add(keys[1], new Promote(keys[1], "mean-2"));
                case 60 -> log.add(keys[0], new Promote(keys[0], "mean-77"));
                case 80 -> log.add(keys[1], new Promote(keys[1], ""));
                case 90 -> log.add(keys[2], new Promote(keys[2], "online-1"));
                case 30, 31, 33, 36 -> log.samples(PASSING, i, i, i + 0.5, i);
                case 38 -> log.add(PASSING, new Watch(PASSING, true, 3));
                case 50, 51 -> log.add(PASSING, new Forget(PASSING, START + i * SECOND)); // written last at 36.5
                case 70, 71, 140 -> log.add(PASSING, new Forget(PASSING, null));
                case 92 -> log.add(PASSING, new Forget(PASSING, START + 18 * SECOND)); // the newest sample of the second one
                case 75, 76, 78, 145 -> log.samples(PASSING, i - 60, 2);
                case 100 -> log.add(keys[0], new Watch(keys[0], false, 5));
                case 115 -> log.add(keys[2], new Promote(keys[2], WaveModel.ID));
                case 120 -> log.add(keys[0], new Promote(keys[0], "mean-2"));
                default -> {
                }
            }
            log.samples(key, pairs);
        }
        return log;
    }

    /** Nothing catches it, as nothing catches kill -9. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }
}
