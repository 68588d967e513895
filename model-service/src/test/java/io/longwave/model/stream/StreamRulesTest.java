package io.longwave.model.stream;

import static io.longwave.model.stream.StreamBench.SECOND;
import static io.longwave.model.stream.StreamBench.START;
import static io.longwave.model.stream.StreamBench.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.db.retention.Retention;
import io.longwave.db.stream.StreamPartition;
import io.longwave.db.testing.PostgresFixture;
import io.longwave.model.anomaly.IncidentRules;
import io.longwave.model.serving.SeriesSlot.Checkpoint;
import io.longwave.model.stream.StreamBench.Log;
import io.longwave.series.DeclaredKind;
import io.longwave.series.SeriesKind;
import io.longwave.ssm.online.OnlineModel;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.wire.StreamMessage.ChooseKind;
import io.longwave.wire.StreamMessage.Forget;
import io.longwave.wire.StreamMessage.Promote;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.StreamMessage.Watch;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of each kind of record and sample. */
class StreamRulesTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();

    private static final String A = key("a");
    private static final String POINTS = "select (time - " + START + ") / 100000000, value, score is not null from point order by time";
    private static final String COUNTERS = "select name, count from stream_counter where name <> 'records' order by name";
    private static final String DEAD = "select record_offset, item, reason from dead_letter order by record_offset, item";

    private StreamBench bench = bench();

    @BeforeEach
    void empty() {
        postgres.truncate();
        bench = bench();
    }

    @Test
    void aLateSampleBecomesAPointWithoutAScoreAndTheModelDoesNotSeeIt() throws Exception {
        run(new Log().samples(A, 1, 10, 2, 20, 4, 40).samples(A, 3, 30));
        assertThat(bench.rows(POINTS)).containsExactly("10 | 10 | f", "20 | 20 | f", "30 | 30 | f", "40 | 40 | f");
        assertThat(bench.rows(COUNTERS)).containsExactly("late | 1", "samples | 3");
        List<String> state = bench.rows("select state from series_state");
        postgres.truncate();
        run(new Log().samples(A, 1, 10, 2, 20, 4, 40));
        assertThat(bench.rows("select state from series_state")).isEqualTo(state);
    }

    @Test
    void aTimeWrittenAgainTakesTheNewValueAndLosesTheScoreOfTheOldOne() throws Exception {
        run(new Log().samples(A, 1, 1, 2, 1, 3, 1, 4, 1, 5, 1).samples(A, 4, 1).samples(A, 5, 9));
        assertThat(bench.rows(POINTS)).containsExactly("10 | 1 | f", "20 | 1 | f", "30 | 1 | f", "40 | 1 | t", "50 | 9 | f");
        assertThat(bench.rows(COUNTERS)).containsExactly("duplicate | 2", "samples | 5");
    }

    @Test
    void samplesOfOneRecordAreOrderedByTimeAndOfEqualTimesTheLastOneCounts() throws Exception {
        run(new Log().samples(A, 3, 30, 1, 10, 2, 20, 1, 11));
        assertThat(bench.rows(POINTS)).containsExactly("10 | 11 | f", "20 | 20 | f", "30 | 30 | f");
        assertThat(bench.rows(COUNTERS)).containsExactly("merged | 1", "samples | 3");
    }

    @Test
    void valuesThatAreNoNumbersAndTimesFarAheadBecomeDeadLettersAndTheRestIsKept() throws Exception {
        run(new Log().samples(A, 1, Double.NaN, 2, 20, 3, Double.NEGATIVE_INFINITY, 86_400, 4, 86_401, 5));
        assertThat(bench.rows(POINTS)).containsExactly("20 | 20 | f", "864000 | 4 | f");
        assertThat(bench.rows(DEAD)).containsExactly("0 | 0 | not-finite", "0 | 2 | not-finite", "0 | 4 | far-future");
        assertThat(bench.rows("select detail from dead_letter where item = 0")).containsExactly("expected a finite value but was NaN");
    }

    @Test
    void aSampleFromYearsAgoIsAsGoodAsAnyOther() throws Exception {
        run(new Log().samples(A, -300_000_000, 1, -299_999_999, 2));
        assertThat(bench.rows(COUNTERS)).containsExactly("samples | 2");
    }

    @Test
    void anUndecodableRecordIsKeptWholeAndItsNeighboursAreProcessed() throws Exception {
        run(new Log().samples(A, 1, 1).raw(A, new byte[]{(byte) 0xff, 7}).samples(A, 2, 2));
        assertThat(bench.rows("select record_offset, item, reason, encode(payload, 'hex'), published from dead_letter"))
                .containsExactly("1 | -1 | undecodable | ff07 | f");
        assertThat(bench.rows("select count(*) from point")).containsExactly("2");
    }

    @Test
    void samplesUnderAKeyThatIsNotCanonicalBecomeDeadLettersOnePerSample() throws Exception {
        run(new Log().samples("t/b/m,z=1,a=2#f", 1, 1, 2, 2).samples(A, 1, 1));
        assertThat(bench.rows(DEAD)).containsExactly("0 | 0 | bad-key", "0 | 1 | bad-key");
        assertThat(bench.rows("select key from series")).containsExactly(A);
    }

    @Test
    void aSeriesStaysInThePartitionWhereItBegan() throws Exception {
        run(new Log().samples(A, 1, 1));
        StreamPartition other = new StreamPartition("cluster-a", "topic-a", StreamBench.PARTITION.topic(), 5);
        bench.run(bench.processor(other, BatchObserver.NONE), new Log().samples(A, 2, 2).samples(key("b"), 1, 1), 10);
        assertThat(bench.rows("select partition, reason from dead_letter")).containsExactly("5 | wrong-partition");
        assertThat(bench.rows("select s.key, count(*) from point p join series s on s.id = p.series_id group by s.key order by 1"))
                .containsExactly(A + " | 1", key("b") + " | 1");
    }

    @Test
    void aRecordOnWhichTheModelFailsIsCutOutOfItsBatch() throws Exception {
        Log log = new Log();
        for (int i = 0; i < 20; i++) {
            log.samples(A, i, i == 13 ? RunningMeanModel.POISON : i);
        }
        run(log);
        assertThat(bench.rows("select count(*), sum(value) from point")).containsExactly("19 | 177");
        assertThat(bench.rows("select record_offset, reason, detail from dead_letter"))
                .containsExactly("13 | unprocessable | java.lang.ArithmeticException: the model fails on 666.0");
        assertThat(bench.rows("select count from stream_counter where name = 'records'")).containsExactly("20");
    }

    @Test
    void aSeriesOnWhichTheModelFailsIsCutOutOfARecordOfSeveral() throws Exception {
        List<String> keys = IntStream.range(0, 20).mapToObj(i -> key("f" + i)).toList();
        double[] values = IntStream.range(0, 20).asDoubleStream().toArray();
        Log log = new Log().together(1, keys, values);
        values[3] = RunningMeanModel.POISON;
        values[18] = RunningMeanModel.POISON;
        run(log.together(2, keys, values).together(3, keys, IntStream.range(0, 20).asDoubleStream().toArray()));
        assertThat(bench.rows("select time - " + START + ", count(*), sum(value) from point group by 1 order by 1"))
                .containsExactly("1000000000 | 20 | 190", "2000000000 | 18 | 169", "3000000000 | 20 | 190");
        assertThat(bench.rows("select record_offset, item, reason, detail from dead_letter order by item")).containsExactly(
                "1 | 3 | unprocessable | java.lang.ArithmeticException: the model fails on 666.0",
                "1 | 18 | unprocessable | java.lang.ArithmeticException: the model fails on 666.0");
        assertThat(bench.rows("select payload from dead_letter where item = 18"))
                .isEqualTo(bench.rows("select decode('" + HexFormat.of().formatHex(new Log().together(2, List.of(key("f18")),
                        RunningMeanModel.POISON).records.getFirst().value()) + "', 'hex')"));
        assertThat(bench.rows("select count from stream_counter where name = 'records'")).containsExactly("3");
    }

    @Test
    void aRecordOfSeveralSeriesThatFailsOnceIsTriedAgain() throws Exception {
        int[] failures = {0};
        PartitionProcessor processor = bench.processor((step, next) -> {
            if (step == BatchStep.RESULTS && failures[0]++ == 0) {
                throw new ArithmeticException("this once");
            }
        });
        processor.claim(0);
        processor.process(new Log().together(1, List.of(key("x"), key("y"), key("z")), 1, 2, 3).records);
        assertThat(bench.rows("select value from point order by 1")).containsExactly("1", "2", "3");
        assertThat(bench.rows(DEAD)).isEmpty();
    }

    @Test
    void aRecordThatFailsThoughNoSeriesDoesByItselfBecomesOneDeadLetter() throws Exception {
        bench.execute("create function together() returns trigger language plpgsql as $$ begin "
                + "if (select count(*) from point) > 2 then raise exception 'too many' using errcode = '23514'; end if; return null; end $$");
        bench.execute("create trigger together after insert on point for each statement execute function together()");
        try {
            run(new Log().together(1, List.of(key("x"), key("y"), key("z")), 1, 2, 3));
            assertThat(bench.rows("select count(*) from point")).containsExactly("0");
            assertThat(bench.rows(DEAD)).containsExactly("0 | -1 | unprocessable");
        } finally {
            bench.execute("drop trigger together on point");
            bench.execute("drop function together");
        }
    }

    @Test
    void aRowOfOneSeriesThatTheDatabaseRefusesCostsThatSeriesOnly() throws Exception {
        bench.execute("alter table point add constraint no_seven check (value <> 7)");
        try {
            run(new Log().together(1, List.of(key("x"), key("y"), key("z")), 6, 7, 8));
            assertThat(bench.rows("select value from point order by 1")).containsExactly("6", "8");
            assertThat(bench.rows(DEAD)).containsExactly("0 | 1 | unprocessable");
            assertThat(bench.rows("select key from series order by 1")).containsExactly(key("x"), key("z"));
        } finally {
            bench.execute("alter table point drop constraint no_seven");
        }
    }

    @Test
    void aRecordOfWhichNoSeriesCanBeProcessedBecomesOneDeadLetter() throws Exception {
        double bad = RunningMeanModel.POISON;
        run(new Log().together(1, List.of(key("x"), key("y"), key("z")), bad, bad, bad));
        assertThat(bench.rows(DEAD)).containsExactly("0 | -1 | unprocessable");
        assertThat(bench.rows("select count(*) from series")).containsExactly("0");
    }

    @Test
    void recordsOfManySeriesAreSeveralTransactions() throws Exception {
        bench.residentBytes = 20_000 * ResidentMemory.bytesOfSeries(bench.defaultModel, 0);
        List<String> keys = IntStream.range(0, 100).mapToObj(i -> key("f" + i)).toList();
        Log log = new Log();
        for (int i = 0; i < 150; i++) {
            log.together(i, keys, new double[100]);
        }
        List<Long> commits = new ArrayList<>();
        PartitionProcessor processor = bench.processor((step, next) -> {
            if (step == BatchStep.COMMITTED) {
                commits.add(next);
            }
        });
        processor.claim(0);
        processor.process(log.records);
        assertThat(commits).containsExactly(100L, 150L);
        assertThat(bench.rows("select count(*) from point")).containsExactly("15000");
    }

    @Test
    void aBatchThatTakesLongerThanATransactionMayIsCutUntilItDoesNot() throws Exception {
        // So long that a machine which stops for half a second does not end a transaction by itself.
        bench.limits = new TransactionLimits(Duration.ofSeconds(5), Duration.ofMillis(800), Duration.ofSeconds(60));
        PartitionProcessor[] slow = new PartitionProcessor[1];
        List<Long> sizes = new ArrayList<>();
        slow[0] = bench.processor((step, next) -> {
            if (step == BatchStep.POSITION) {
                long records = next - Objects.requireNonNull(slow[0].position()).nextOffset();
                sizes.add(records);
                sleep(60 * records); // as long as the models would take
            }
        });
        Log log = new Log();
        for (int i = 0; i < 40; i++) {
            log.samples(A, i, i);
        }
        slow[0].claim(0);
        slow[0].process(log.records);
        assertThat(bench.rows("select count(*), sum(value) from point")).containsExactly("40 | 780");
        assertThat(sizes).as("whole, then its first half").startsWith(40L, 20L);
        assertThat(bench.rows(DEAD)).isEmpty();
    }

    @Test
    void aRecordThatAloneTakesLongerThanATransactionMayIsGivenMoreTime() throws Exception {
        // As above: half a second more or less changes nothing, neither before the pause nor in it.
        bench.limits = new TransactionLimits(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(60));
        List<Long> tries = new ArrayList<>();
        PartitionProcessor slow = bench.processor((step, next) -> {
            if (step == BatchStep.POSITION) {
                tries.add(next);
                sleep(next == 1 ? 2500 : 0); // as long as a model would take over the first record
            }
        });
        Log log = new Log();
        log.samples(A, 0, 1);
        log.samples(A, 1, 2);
        slow.claim(0);
        slow.process(log.records.subList(0, 1));
        assertThat(tries).as("within 1, 2 and 4 s").containsExactly(1L, 1L, 1L);
        slow.process(log.records.subList(1, 2));
        assertThat(bench.rows("select count(*), sum(value) from point")).containsExactly("2 | 3");
        assertThat(bench.rows(DEAD)).isEmpty();
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRowThatTheDatabaseRefusesCostsOneRecordOnly() throws Exception {
        bench.execute("alter table point add constraint no_seven check (value <> 7)");
        try {
            Log log = new Log();
            for (int i = 0; i < 10; i++) {
                log.samples(A, i, i);
            }
            run(log);
            assertThat(bench.rows("select count(*), sum(value) from point")).containsExactly("9 | 38");
            assertThat(bench.rows(DEAD)).containsExactly("7 | -1 | unprocessable");
        } finally {
            bench.execute("alter table point drop constraint no_seven");
        }
    }

    @Test
    void aPromotedModelIsWarmedFromStoredPointsAndTheSeriesReturnsToTheOnlineModelByAnEmptyName() throws Exception {
        run(new Log().samples(A, 1, 1, 2, 1, 3, 1, 4, 1).add(A, new Promote(A, "mean-2")).samples(A, 5, 1).add(A, new Promote(A, ""))
                .samples(A, 6, 1));
        assertThat(bench.rows("select model, score is not null from point order by time"))
                .containsExactly("mean-1 | f", "mean-1 | f", "mean-1 | f", "mean-1 | t", "mean-2 | t", "mean-1 | t");
        assertThat(bench.rows("select model from series_serving")).containsExactly("null");
        assertThat(bench.rows(COUNTERS)).containsExactly("promotions | 2", "samples | 6");
        assertThat(bench.rows("select (issued_at - " + START + ") / 1000000000, model from forecast order by 1"))
                .as("a promoted series has its forecasts stored").containsExactly("4 | mean-2");
    }

    @Test
    void promotingAModelThatIsNotRegisteredChangesNothing() throws Exception {
        run(new Log().samples(A, 1, 1).add(A, new Promote(A, "spacetime-none-1")).samples(A, 2, 2));
        assertThat(bench.rows("select model from point")).containsExactly("mean-1", "mean-1");
        assertThat(bench.rows(DEAD)).containsExactly("1 | -1 | unknown-model");
        assertThat(bench.rows("select count(*) from series_serving")).containsExactly("0");
    }

    @Test
    void samplesThatAreMissingOrOffTheGridAreCounted() throws Exception {
        bench.defaultModel = new OnlineModel();
        run(new Log().samples(A, 0, 1, 10, 1, 20, 1, 30, 1, 40, 1, 50, 1, 61, 1, 70, 1, 80, 1, 90, 1, 120, 1, 130, 1, 155, 1, 156, 1, 166,
                1));
        // 90 to 120 lacks two; 130 to 155 is nearer to two steps than to three, and off both; 156 comes a step early
        assertThat(bench.rows(COUNTERS)).containsExactly("irregular | 2", "missing | 3", "samples | 15");
    }

    @Test
    void aSeriesWhoseModelCannotBeReadIsServedByTheOnlineModelAndStaysPromoted() throws Exception {
        Log log = new Log().samples(A, 1, 1, 2, 1, 3, 1, 4, 1).add(A, new Promote(A, "mean-2")).samples(A, 5, 1);
        run(log);
        StreamingModel promoted = Objects.requireNonNull(bench.registered.remove("mean-2"));
        run(log.samples(A, 6, 1));
        assertThat(bench.rows("select model from series_serving")).containsExactly("mean-2");
        bench.registered.put("mean-2", promoted);
        run(log.add(A, new Promote(A, "mean-2")).samples(A, 7, 1));
        assertThat(bench.rows("select model from point order by time offset 4")).containsExactly("mean-2", "mean-1", "mean-2");
        assertThat(bench.rows(COUNTERS)).containsExactly("model-missing | 1", "promotions | 2", "samples | 7", "state-warmed | 2");
    }

    @Test
    void aWatchedSeriesHasAForecastStoredAtOnceAndThenAfterEveryFourSamples() throws Exception {
        Log log = new Log().samples(A, 1, 1, 2, 1, 3, 1, 4, 1).add(A, new Watch(A, true, 7));
        for (int i = 5; i < 14; i++) {
            log.samples(A, i, 1);
        }
        run(log.add(A, new Watch(A, false, 0)).samples(A, 14, 1, 15, 1, 16, 1, 17, 1).add(A, new Watch(A, true, 101)));
        assertThat(bench
                .rows("select (issued_at - " + START + ") / 1000000000, cardinality(mean), array_dims(lower) from forecast order by 1"))
                .containsExactly("4 | 7 | [1:2][1:7]", "8 | 7 | [1:2][1:7]", "12 | 7 | [1:2][1:7]");
        assertThat(bench.rows(DEAD)).containsExactly("13 | -1 | bad-horizon");
    }

    @Test
    void aStateOfAnotherNumericProfileIsWarmedFromStoredPointsAndCounted() throws Exception {
        Log log = new Log().samples(A, 1, 1, 2, 1, 3, 1, 4, 1);
        run(log);
        bench.defaultModel = new RunningMeanModel("mean-1", "another");
        run(log.samples(A, 5, 1));
        assertThat(bench.rows("select profile, last_time - " + START + " from series_state")).containsExactly("another | 5000000000");
        assertThat(bench.rows("select score is not null from point where time = " + START + " + 5000000000")).containsExactly("t");
        assertThat(bench.rows(COUNTERS)).containsExactly("samples | 5", "state-warmed | 1");
    }

    @Test
    void pointsWithoutAStateAreNotWrittenTwice() throws Exception {
        Log log = new Log().samples(A, 1, 1, 2, 2);
        run(log);
        bench.execute("delete from series_state");
        run(log.samples(A, 2, 2).samples(A, 3, 3));
        assertThat(bench.rows(POINTS)).containsExactly("10 | 1 | f", "20 | 2 | f", "30 | 3 | f");
    }

    @Test
    void oneIncidentIsOneEventFromItsFirstToItsLastAnomalousSample() throws Exception {
        Log log = new Log();
        double[] values = {0, 0, 0, 0, 0, 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        for (int i = 0; i < values.length; i++) {
            log.samples(A, i, values[i]);
        }
        run(log);
        assertThat(bench.rows("select (start_time - " + START + ") / 1000000000, peak_value, expected, model from anomaly"))
                .containsExactly("5 | 20 | 0 | mean-1");
        assertThat(bench.rows("select end_time is not null, points >= 3, end_time >= peak_time from anomaly")).containsExactly("t | t | t");
    }

    @Test
    void aTopicThatWasMadeAgainStopsThePartitionWithOneSentence() throws Exception {
        run(new Log().samples(A, 1, 1));
        StreamPartition again = new StreamPartition("cluster-a", "topic-b", StreamBench.PARTITION.topic(), 3);
        assertThatThrownBy(() -> bench.processor(again, BatchObserver.NONE).claim(0)).isInstanceOf(StoppedPartitionException.class)
                .hasMessageContaining("deleted and made again").hasMessageContaining("./longwave stream repair");
    }

    @Test
    void anotherClusterStopsThePartitionInPlaceOfReadingItFromItsStart() throws Exception {
        run(new Log().samples(A, 1, 1));
        StreamPartition rebuilt = new StreamPartition("cluster-b", "topic-b", StreamBench.PARTITION.topic(), 3);
        assertThatThrownBy(() -> bench.processor(rebuilt, BatchObserver.NONE).claim(0)).isInstanceOf(StoppedPartitionException.class)
                .hasMessageContaining("Kafka is another cluster").hasMessageContaining("./longwave stream repair");
    }

    @Test
    void aForgottenSeriesLetsGoOfItsKeyAndSamplesBehindItBeginAnother() throws Exception {
        Log log = new Log().samples(A, 1, 1, 2, 1, 3, 1, 4, 1).add(A, new Promote(A, "mean-2")).add(A, new Watch(A, true, 7));
        run(log);
        long id = id(A);
        run(log.add(A, new Forget(A, null)).samples(A, 2, 9).samples(key("b"), 1, 1));
        assertThat(bench.rows(
                "select s.id = " + id + ", s.forgotten_at is null, (p.time - " + START + ") / 1000000000, p.value, p.model from point p "
                        + "join series s on s.id = p.series_id where s.key = '" + A + "' order by s.id, p.time"))
                .containsExactly("t | f | 1 | 1 | mean-1",
                        "t | f | 2 | 1 | mean-1", "t | f | 3 | 1 | mean-1", "t | f | 4 | 1 | mean-1", "f | t | 2 | 9 | mean-1");
        assertThat(bench.rows("select count(*) from series_state where series_id = " + id)).containsExactly("0");
        assertThat(bench.rows("select count(*) from series_serving")).containsExactly("0");
        assertThat(bench.rows(COUNTERS)).containsExactly("forgotten | 1", "promotions | 1", "samples | 6");
    }

    @Test
    void whatIsToldToForgetASeriesThatIsNotAsItWasForgetsNothing() throws Exception {
        Log log = new Log().samples(A, 1, 1).samples(key("b"), 1, 1);
        run(log);
        long time = START + SECOND;
        run(log.add(A, new Forget(A, time - 1)).samples(A, 2, 2).add(A, new Forget(A, time)).add(key("none"), new Forget(key("none"), null))
                .add("no key", new Forget("no key", null)));
        assertThat(bench.rows("select count(*) from series where forgotten_at is null")).containsExactly("2");
        assertThat(bench.rows(COUNTERS)).containsExactly("forget-outdated | 4", "samples | 3");
        run(log.add(A, new Forget(A, time + SECOND)).add(A, new Forget(A, time + SECOND)));
        assertThat(bench.rows("select key from series where forgotten_at is not null")).containsExactly(A);
        assertThat(bench.rows(COUNTERS)).as("twice told, once done").containsExactly("forget-outdated | 5", "forgotten | 1", "samples | 3");
    }

    @Test
    void aLogThatIsReadAgainFromItsStartEndsInTheSameSeries() throws Exception {
        Log log = new Log().samples(A, 1, 1, 2, 2).add(A, new Watch(A, true, 7)).add(A, new Forget(A, null)).samples(A, 5, 5, 6, 6);
        run(log);
        bench.execute("update stream_position set next_offset = 0, epoch = epoch + 1"); // as a repair does
        run(log);
        assertThat(bench.rows("select (p.time - " + START + ") / 1000000000, p.value from point p join series s on s.id = p.series_id "
                + "where s.forgotten_at is null order by p.time")).containsExactly("5 | 5", "6 | 6");
        assertThat(bench.rows("select count(*) from series_serving")).containsExactly("0");
    }

    private static final String JUDGED = "select (time - " + START
            + ") / 1000000000, predicted, lower, upper, score, model from point order by time";

    @Test
    void aCounterIsJudgedAsTheGaugeOfItsRatesWhileItsValuesStayAsTheyWereWritten() throws Exception {
        // 2, 4, 6 and 8 a second, then a start from zero and 12 in four seconds, then 30 in two.
        run(new Log().samples(A, DeclaredKind.COUNTER, 0, 100).samples(A, DeclaredKind.COUNTER, 1, 102, 2, 106, 3, 112, 4, 120, 8, 12)
                .samples(A, 10, 42));
        assertThat(bench.rows("select value from point order by time")).containsExactly("100", "102", "106", "112", "120", "12", "42");
        assertThat(bench.rows(COUNTERS)).containsExactly("counter-restarted | 1", "samples | 7");
        assertThat(bench.rows("select kind, declared_kind, chosen_kind, kind_since from series"))
                .containsExactly("counter | counter | null | null");
        List<String> counter = bench.rows(JUDGED);
        assertThat(counter.getFirst()).as("the first value has no rate").isEqualTo("0 | null | null | null | null | mean-1");
        postgres.truncate();
        run(new Log().samples(A, 1, 2, 2, 4, 3, 6, 4, 8, 8, 3, 10, 15));
        assertThat(counter.subList(1, 7)).isEqualTo(bench.rows(JUDGED));
    }

    @Test
    void anIncidentOfACounterSpeaksOfItsRate() throws Exception {
        Log log = new Log().samples(A, DeclaredKind.COUNTER, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 20, 6, 20);
        run(log);
        assertThat(bench.rows("select (peak_time - " + START + ") / 1000000000, peak_value, expected from anomaly"))
                .containsExactly("5 | 20 | 0");
    }

    @Test
    void aLateSampleOfACounterIsKeptAndTheRateThatFollowsIsStillThatSinceTheNewestValue() throws Exception {
        run(new Log().samples(A, DeclaredKind.COUNTER, 0, 0, 1, 1, 2, 2, 4, 4).samples(A, DeclaredKind.COUNTER, 3, 3, 4, 999).samples(A, 5,
                5));
        assertThat(bench.rows("select value from point order by time")).containsExactly("0", "1", "2", "3", "999", "5");
        assertThat(bench.rows("select predicted, score from point where time = " + (START + 5 * SECOND)))
                .containsExactly("0.578125 | 0.15108809");
        assertThat(bench.rows(COUNTERS)).containsExactly("duplicate | 1", "late | 1", "samples | 5");
    }

    @Test
    void whatSamplesSayOfTheirSeriesHoldsUntilTheySayOtherwiseAndTheModelBeginsAnew() throws Exception {
        run(new Log().samples(A, 1, 10, 2, 20, 3, 30, 4, 40).samples(A, DeclaredKind.COUNTER, 5, 50).samples(A, 6, 60, 7, 70, 8, 80)
                .samples(A, DeclaredKind.GAUGE, 9, 90));
        assertThat(bench.rows("select (time - " + START + ") / 1000000000, score is not null from point order by time"))
                .containsExactly("1 | f", "2 | f", "3 | f", "4 | t", "5 | f", "6 | f", "7 | f", "8 | t", "9 | f");
        assertThat(bench.rows("select kind, declared_kind, chosen_kind, (kind_since - " + START + ") / 1000000000 from series"))
                .containsExactly("gauge | gauge | null | 8");
        assertThat(bench.rows(COUNTERS)).containsExactly("kind-changed | 2", "samples | 9");
    }

    @Test
    void whatAPersonChoseHoldsAgainstWhatSamplesSayAndTheModelGoesOnFromStoredPoints() throws Exception {
        Log log = new Log().samples(A, DeclaredKind.GAUGE, 1, 10, 2, 20, 3, 30, 4, 40).add(A, new ChooseKind(A, SeriesKind.COUNTER))
                .samples(A, DeclaredKind.GAUGE, 5, 50);
        run(log);
        assertThat(bench.rows("select kind, declared_kind, chosen_kind from series")).containsExactly("counter | gauge | counter");
        assertThat(bench.rows("select predicted from point where time = " + (START + 5 * SECOND))).as("three rates of ten")
                .containsExactly("5.78125");
        run(log.add(A, new ChooseKind(A, null)).samples(A, 6, 60));
        assertThat(bench.rows("select kind, declared_kind, chosen_kind from series")).containsExactly("gauge | gauge | null");
        assertThat(bench.rows("select predicted from point where time = " + (START + 6 * SECOND))).as("five values up to 50")
                .containsExactly("27.119140625");
        assertThat(bench.rows(COUNTERS)).containsExactly("kind-changed | 2", "samples | 6");
    }

    @Test
    void whatANameSaysCountsOnlyUntilSomebodySaysMore() throws Exception {
        Log log = new Log().samples(A, DeclaredKind.COUNTER_BY_NAME, 1, 1);
        run(log);
        assertThat(bench.rows("select declared_kind from series")).containsExactly("counter");
        run(log.samples(A, DeclaredKind.GAUGE, 2, 2).samples(A, DeclaredKind.COUNTER_BY_NAME, 3, 3));
        assertThat(bench.rows("select declared_kind from series")).containsExactly("gauge");
        assertThat(bench.rows(COUNTERS)).containsExactly("kind-changed | 1", "samples | 3");
    }

    @Test
    void aRateIsNeverExpectedBelowZero() throws Exception {
        run(new Log().samples(A, DeclaredKind.COUNTER, 0, 0, 1, 0.5, 2, 1, 3, 1.5, 4, 2).add(A, new Watch(A, true, 1)).samples(A, 5, 2.5));
        assertThat(bench.rows("select predicted, lower, upper from point where time = " + (START + 5 * SECOND)))
                .containsExactly("0.341796875 | 0 | 1.341796875");
        assertThat(bench.rows("select mean, lower, kind from forecast")).containsExactly("{0.341796875} | {{0},{0}} | counter");
    }

    @Test
    void anIncidentEndsWhereItsSeriesBecomesACounterAndSpeaksOfWhatItSaw() throws Exception {
        Log log = new Log().samples(A, 0, 0, 1, 0, 2, 0, 3, 0, 4, 90, 5, 95).add(A, new Watch(A, true, 2));
        run(log);
        assertThat(bench.rows("select end_time is null, peak_value, kind from anomaly")).containsExactly("t | 90 | gauge");
        run(log.samples(A, DeclaredKind.COUNTER, 6, 100));
        assertThat(bench.rows("select end_time is null, peak_value, kind from anomaly")).containsExactly("f | 90 | gauge");
        assertThat(bench.rows("select kind, count(*) from forecast group by kind")).as("no rates are known yet")
                .containsExactly("gauge | 1");
        postgres.truncate();
        run(log);
        assertThat(bench.rows("select end_time is null, peak_value, kind from anomaly")).as("in one batch")
                .containsExactly("f | 90 | gauge");
    }

    @Test
    void aModelThatIsPromotedForACounterIsWarmedWithItsRates() throws Exception {
        run(new Log().samples(A, DeclaredKind.COUNTER, 1, 10, 2, 20, 3, 30, 4, 40).add(A, new Promote(A, "mean-2")).samples(A, 5, 50));
        assertThat(bench.rows("select predicted, model from point where time = " + (START + 5 * SECOND)))
                .containsExactly("5.78125 | mean-2");
    }

    /** As a program wrote it that knew no counters: version 1, without the value. */
    private static final String FORGET_VALUES = "update series_state set state = '\\x01'::bytea || substring(state from 10)";

    @Test
    void aStateOfAProgramThatKnewNoCountersIsWarmedAnewIfItsSeriesIsOne() throws Exception {
        Log log = new Log().samples(A, DeclaredKind.COUNTER, 1, 10, 2, 20, 3, 30, 4, 40);
        run(log);
        bench.execute(FORGET_VALUES);
        run(log.samples(A, 5, 50));
        assertThat(bench.rows("select predicted from point where time = " + (START + 5 * SECOND))).containsExactly("5.78125");
        assertThat(bench.rows(COUNTERS)).containsExactly("samples | 5", "state-unreadable | 1", "state-warmed | 1");
    }

    @Test
    void aStateOfAProgramThatKnewNoCountersGoesOnAsAGaugeAndIsACounterWhenAPersonSaysSo() throws Exception {
        Log log = new Log().samples(A, 1, 10, 2, 20, 3, 30, 4, 40);
        run(log);
        bench.execute(FORGET_VALUES);
        run(log.add(A, new ChooseKind(A, SeriesKind.COUNTER)).samples(A, 5, 50));
        assertThat(bench.rows("select predicted from point where time = " + (START + 5 * SECOND))).containsExactly("5.78125");
        assertThat(bench.rows(COUNTERS)).containsExactly("kind-changed | 1", "samples | 5");
    }

    @Test
    void aDecisionUnderAKeyThatIsNoneBecomesADeadLetter() throws Exception {
        run(new Log().add("no key", new ChooseKind("no key", SeriesKind.COUNTER)).samples(A, 1, 1));
        assertThat(bench.rows(DEAD)).containsExactly("0 | -1 | bad-key");
    }

    @Test
    void aCounterThatIsLoadedAgainGoesOnFromTheValueItStoodAt() throws Exception {
        Log log = new Log().samples(A, DeclaredKind.COUNTER, 0, 100, 1, 101, 2, 102, 3, 103, 4, 104);
        run(log);
        run(log.samples(A, 5, 105));
        assertThat(bench.rows("select predicted from point where time = " + (START + 5 * SECOND))).containsExactly("0.68359375");
        bench.execute("delete from series_state");
        run(log.samples(A, 6, 106));
        assertThat(bench.rows("select predicted from point where time = " + (START + 6 * SECOND))).containsExactly("0.7626953125");
        assertThat(bench.rows("select count(*) from anomaly")).containsExactly("0");
    }

    private static final String SAVED = "select as_of, (last_time - " + START + ") / 1000000000 from series_state";

    @Test
    void aStateIsSavedAfterSoManySamplesOfItsSeriesAndWithItsFirst() throws Exception {
        Log log = new Log();
        PartitionProcessor processor = bench.processor();
        processor.claim(0);
        List<String> saved = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            log.samples(A, i, 1);
            processor.process(log.from(i, 1));
            saved.addAll(bench.rows(SAVED));
        }
        assertThat(saved.stream().distinct()).containsExactly("1 | 0", "7 | 6", "13 | 12");
        assertThat(processor.published(A).orElseThrow().checkpoint()).isEqualTo(new Checkpoint(START + 12 * SECOND, 3));
    }

    @Test
    void seriesThatBeganTogetherAreNotSavedTogether() {
        assertThat(LongStream.range(0, 34).mapToInt(series -> rules(64).checkpointEvery(series, false)).distinct().sorted())
                .containsExactly(IntStream.rangeClosed(32, 64).boxed().toArray(Integer[]::new));
        assertThat(LongStream.range(0, 9).mapToInt(series -> rules(1).checkpointEvery(series, false))).containsOnly(1);
        assertThat(rules(1).checkpointEvery(1, true)).isEqualTo(1);
    }

    private static StreamRules rules(int checkpointEvery) {
        return new StreamRules(new IncidentRules(0.95, 0.9, 3), Duration.ofHours(24), 4, 100, new double[]{0.9}, checkpointEvery);
    }

    @Test
    void whatIsReadFromTheDatabaseAgainAndAgainIsSavedSooner() throws Exception {
        bench.checkpointEvery = 24;
        Log log = new Log();
        List<String> saved = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            log.samples(A, i, 1);
            bench.run(bench.processor(), log, 1);
            saved.addAll(bench.rows(SAVED));
        }
        assertThat(saved.stream().distinct()).containsExactly("1 | 0", "4 | 3", "7 | 6");
    }

    @Test
    void aSettingThatWasLoweredHoldsFromTheNextSampleOn() throws Exception {
        Log log = new Log();
        bench.checkpointEvery = 1000;
        PartitionProcessor processor = bench.processor();
        processor.claim(0);
        for (int i = 0; i < 9; i++) {
            log.samples(A, i, 1);
            processor.process(log.from(i, 1));
        }
        assertThat(bench.rows(SAVED)).containsExactly("1 | 0");
        bench.checkpointEvery = 2;
        bench.run(bench.processor(), log.samples(A, 9, 1), 1);
        assertThat(bench.rows(SAVED)).containsExactly("10 | 9");
    }

    @Test
    void aPromotedModelIsSavedWithEveryBatchSoThatNoneOfItsStepsIsMadeAgain() throws Exception {
        Log log = new Log().samples(A, 1, 1, 2, 1).add(A, new Promote(A, "mean-2"));
        run(log);
        PartitionProcessor processor = bench.processor();
        processor.claim(0);
        for (int i = 3; i < 6; i++) {
            log.samples(A, i, 1);
            processor.process(log.from(i - 1, 1));
            assertThat(bench.rows(SAVED)).containsExactly(i + " | " + i);
        }
    }

    @Test
    void pointsAreKeptWhileAStateNeedsThemHoweverOldTheyAre() throws Exception {
        bench.checkpointEvery = 1000;
        Log log = new Log();
        PartitionProcessor processor = bench.processor();
        processor.claim(0);
        for (int i = 0; i < 30; i++) {
            log.samples(A, i * 1000, i);
            processor.process(log.from(i, 1));
            try (Connection connection = postgres.dataSource().getConnection()) {
                Retention.next(connection, Retention.OfSeries.POINTS, 0, Duration.ofSeconds(1));
            }
        }
        assertThat(bench.rows("select count(*) from point")).as("all but the one that the checkpoint has seen").containsExactly("29");
        assertThat(StreamBench.inWords(bench.restored(A))).isEqualTo(StreamBench.inWords(processor.published(A).orElseThrow()));
    }

    @Test
    void aSampleThatComesTwiceSavesNothing() throws Exception {
        bench.checkpointEvery = 1000;
        Log log = new Log().samples(A, 1, 1);
        run(log);
        run(log.samples(A, 2, 2));
        run(log.samples(A, 2, 2).samples(A, 2, 2));
        assertThat(bench.rows(SAVED)).containsExactly("1 | 1");
        assertThat(bench.rows(COUNTERS)).containsExactly("duplicate | 2", "samples | 2");
    }

    @Test
    void aCheckpointOfVersionTwoIsContinuedAndSavedAsThree() throws Exception {
        Log log = new Log().samples(A, 1, 1, 2, 2);
        run(log);
        bench.execute("update series_state set state = '\\x02'::bytea || substring(state from 2)");
        bench.checkpointEvery = 1;
        run(log.samples(A, 3, 3));
        assertThat(bench.rows("select encode(substring(state from 1 for 1), 'hex') from series_state")).containsExactly("03");
        String state = StreamBench.inWords(bench.restored(A));
        postgres.truncate();
        run(new Log().samples(A, 1, 1, 2, 2, 3, 3));
        assertThat(StreamBench.inWords(bench.restored(A))).isEqualTo(state);
    }

    @Test
    void aLateSampleHasTheStateSavedUnlessTheCheckpointHadSeenItsTime() throws Exception {
        bench.checkpointEvery = 1000;
        Log log = new Log().samples(A, 1, 1, 2, 2, 3, 3);
        run(log);
        run(log.samples(A, 5, 5));
        run(log.samples(A, 2, 9, 2.5, 9, 3, 9));
        assertThat(bench.rows(SAVED)).as("what the checkpoint has seen is not looked at again").containsExactly("1 | 3");
        run(log.samples(A, 4, 9));
        assertThat(bench.rows(SAVED)).containsExactly("4 | 5");
        run(log.samples(A, 6, 6));
        run(log.samples(A, 6, 7));
        assertThat(bench.rows(SAVED)).as("another value than the model saw").containsExactly("6 | 6");
        String state = StreamBench.inWords(bench.restored(A));
        postgres.truncate();
        run(new Log().samples(A, 1, 1, 2, 2, 3, 3, 5, 5, 6, 6));
        assertThat(StreamBench.inWords(bench.restored(A))).isEqualTo(state);
    }

    @Test
    void aSeriesWhoseCheckpointIsOldIsForgottenOnlyAsItReallyIs() throws Exception {
        bench.checkpointEvery = 1000;
        Log log = new Log().samples(A, 1, 1);
        run(log);
        run(log.samples(A, 2, 2));
        assertThat(bench.rows(SAVED)).containsExactly("1 | 1");
        run(log.add(A, new Forget(A, START + SECOND)));
        assertThat(bench.rows(COUNTERS)).containsExactly("forget-outdated | 1", "samples | 2");
        run(log.add(A, new Forget(A, START + 2 * SECOND)));
        assertThat(bench.rows(COUNTERS)).containsExactly("forget-outdated | 1", "forgotten | 1", "samples | 2");
    }

    @Test
    void aStateThatCannotBeContinuedIsWarmedFromThePointsAfterItsCheckpointToo() throws Exception {
        bench.checkpointEvery = 1000;
        Log log = new Log().samples(A, 1, 1, 2, 1);
        run(log);
        run(log.samples(A, 3, 1, 4, 1));
        bench.defaultModel = new RunningMeanModel("mean-1", "another");
        run(log.samples(A, 4, 8).samples(A, 5, 1));
        assertThat(bench.rows("select score is not null from point where time = " + (START + 5 * SECOND))).containsExactly("t");
        assertThat(bench.rows(COUNTERS)).containsExactly("duplicate | 1", "samples | 5", "state-warmed | 1");
    }

    @Test
    void anotherPartitionCannotForgetASeries() throws Exception {
        run(new Log().samples(A, 1, 1));
        StreamPartition other = new StreamPartition("cluster-a", "topic-a", StreamBench.PARTITION.topic(), 5);
        bench.run(bench.processor(other, BatchObserver.NONE), new Log().add(A, new Forget(A, null)), 10);
        assertThat(bench.rows("select partition, reason from dead_letter")).containsExactly("5 | wrong-partition");
        assertThat(bench.rows("select count(*) from series where forgotten_at is null")).containsExactly("1");
    }

    @Test
    void anEventOfTheSameNameBelongsToTheSeriesThatLives() throws Exception {
        Log log = new Log();
        double[] samples = new double[100];
        for (int i = 0; i < 50; i++) {
            samples[2 * i] = i;
            samples[2 * i + 1] = i == 45 ? 1000 : Math.sin(i);
        }
        run(log.samples(A, samples));
        assertThat(bench.rows("select series_id from anomaly")).containsExactly(String.valueOf(id(A)));
        run(log.add(A, new Forget(A, null)).samples(A, samples));
        assertThat(bench.rows("select series_id from anomaly")).containsExactly(String.valueOf(id(A)));
    }

    private long id(String key) throws Exception {
        return Long.parseLong(bench.rows("select id from series where forgotten_at is null and key = '" + key + "'").getFirst());
    }

    @Test
    void severalSeriesOfOneRecordAreProcessedTogether() throws Exception {
        run(new Log().add(A, new Samples(List.of(new SeriesSamples(A, new long[]{1, 2}, new double[]{1, 2}),
                new SeriesSamples(key("b"), new long[]{1}, new double[]{Double.NaN}),
                new SeriesSamples(key("c"), new long[]{Long.MIN_VALUE + 1, Long.MAX_VALUE}, new double[]{1, 2})))));
        assertThat(bench.rows("select s.field, count(*) from series s left join point p on p.series_id = s.id and p.time is not null "
                + "group by 1 order by 1")).containsExactly("a | 2", "b | 1", "c | 1");
        assertThat(bench.rows(DEAD)).containsExactly("0 | 2 | not-finite", "0 | 4 | far-future");
    }

    private void run(Log log) throws Exception {
        bench.run(bench.processor(), log, 5);
    }

    private static StreamBench bench() {
        return new StreamBench(postgres.dataSource());
    }
}
