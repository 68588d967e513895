package io.longwave.model.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.db.group.GroupAnomalyFilter;
import io.longwave.db.group.GroupAnomalyRow;
import io.longwave.db.group.GroupDescription;
import io.longwave.db.group.GroupQueries;
import io.longwave.db.group.JudgedRow;
import io.longwave.db.point.TimeSpan;
import io.longwave.db.retention.Retention;
import io.longwave.db.series.TenantScope;
import io.longwave.db.testing.PostgresFixture;
import io.longwave.model.KafkaFixture;
import io.longwave.model.ModelApplication;
import io.longwave.model.WaveModel;
import io.longwave.series.Forecast;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.joint.JointModel;
import io.longwave.ssm.joint.JointState;
import io.longwave.ssm.joint.JointState.RowJudgement;
import io.longwave.ssm.streaming.SeriesState.Outlook;
import io.longwave.train.Scaler;
import io.longwave.train.Split;
import io.longwave.train.TrainableModel;
import io.longwave.train.TrainableModel.NamedTensor;
import io.longwave.wire.GroupForecastRequest;
import io.longwave.wire.GroupRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Groups through the whole service, over a real broker and a real database. Points are put where the stream puts them. */
class GroupTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();
    @RegisterExtension
    static final KafkaFixture kafka = new KafkaFixture();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> COLUMNS = List.of("load", "heat", "flow");
    private static final int LAG = 24;
    private static final int HORIZON = 6;
    private static final long START = 1_700_000_000_000_000_000L;
    private static final long STEP = 60_000_000_000L;
    private static final AtomicInteger NAMES = new AtomicInteger();

    @TempDir
    static Path directory = Path.of("");

    private static @Nullable ConfigurableApplicationContext service;
    private static String forecaster = "";
    private static String other = "";
    private static String reconstructor = "";
    private static String single = "";

    private final JdbcClient database = JdbcClient.create(postgres.dataSource());
    private final GroupQueries groups = new GroupQueries(database);
    // Groups of other tests go on beside that of a test, as they would.
    private final String name = "group-" + NAMES.incrementAndGet();

    record Reply(int status, String body) {}

    @BeforeAll
    static void start() {
        forecaster = forecaster("waves", 12, 60_000).id();
        other = forecaster("others", 24, 60_000).id();
        reconstructor = reconstructor().id();
        single = WaveModel.registerWholeSequences(directory).id();
        service = run();
    }

    @AfterAll
    static void stop() {
        Objects.requireNonNull(service).close();
    }

    @Test
    void everyRowIsJudgedOnceAsTheModelJudgesIt() throws Exception {
        double[][] rows = waves(500, 1);
        rows[450][1] += 30;
        List<String> keys = series(3);
        insert(keys, rows, 0, 300);
        assertThat(define(forecaster, keys, null, time(100))).satisfies(accepted());
        await(() -> judgedTo(299));
        SplittableRandom random = new SplittableRandom(3);
        int[] upTo = {300, 300, 300};
        while (Arrays.stream(upTo).min().orElseThrow() < rows.length) {
            int v = random.nextInt(3);
            int next = Math.min(Math.min(rows.length, upTo[v] + random.nextInt(1, 30)), Arrays.stream(upTo).min().orElseThrow() + 2);
            insert(keys.get(v), v, rows, upTo[v], next);
            upTo[v] = Math.max(upTo[v], next);
        }
        await(() -> judgedTo(499));
        assertRows(judged(), directly(forecaster, rows), 100);

        List<GroupAnomalyRow> anomalies = anomalies();
        assertThat(anomalies).extracting(GroupAnomalyRow::startNanos).as("the row, and the one that was expected to repeat it")
                .containsExactly(time(462), time(450));
        GroupAnomalyRow anomaly = anomalies.getLast();
        assertThat(anomaly.peakNanos()).isEqualTo(time(450));
        assertThat(anomaly.endNanos()).isNotNull();
        assertThat(Objects.requireNonNull(anomaly.contribution().get(1))).isGreaterThan(0.8f);
        assertThat(anomaly.model()).isEqualTo(forecaster);
        assertThat(database.sql("select count(*) from v_group_score where \"group\" = ?").param(name).query(Long.class).single())
                .isEqualTo(400);
    }

    @Test
    void nothingIsLostOrDoneTwiceWhenInstancesComeAndGo() throws Exception {
        double[][] rows = waves(3000, 2);
        List<String> keys = series(3);
        insert(keys, rows, 0, 1500);
        assertThat(define(forecaster, keys, null, time(0))).satisfies(accepted());
        ConfigurableApplicationContext second = run();
        try {
            insert(keys, rows, 1500, 2000);
            Objects.requireNonNull(service).close();
            insert(keys, rows, 2000, 3000);
            service = run();
        } finally {
            await(() -> groups.byName(TenantScope.ALL, name).map(GroupDescription::judgedToNanos).isPresent());
            second.close();
        }
        await(() -> judgedTo(2999));
        assertRows(judged(), directly(forecaster, rows), LAG);
    }

    @Test
    void aRowWaitsForALateSeriesAndIsJudgedWithoutItInTheEnd() throws Exception {
        double[][] rows = waves(200, 4);
        List<String> keys = series(3);
        insert(keys, rows, 0, 100);
        assertThat(define(forecaster, keys, null, time(90))).satisfies(accepted());
        await(() -> judgedTo(99));
        for (int v = 0; v < 2; v++) {
            insert(keys.get(v), v, rows, 100, 120);
        }
        await(() -> judgedTo(116));
        Thread.sleep(300); // it looks forty times a second here
        assertThat(judgedTo(116)).as("rows 117 to 119 wait").isTrue();
        insert(keys.get(2), 2, rows, 100, 120);
        await(() -> judgedTo(119));
        List<JudgedRow> judged = judged();
        assertThat(judged).extracting(JudgedRow::timeNanos).containsExactlyElementsOf(times(90, 120));
        for (JudgedRow row : judged) {
            boolean without = row.timeNanos() >= time(100) && row.timeNanos() <= time(116);
            assertThat(row.expected().get(2) == null).as("row %s", row.timeNanos()).isEqualTo(without);
            assertThat(row.contribution().get(2) == null).isEqualTo(without);
            assertThat(row.expected().subList(0, 2)).doesNotContainNull();
        }

        database.sql("update series set forgotten_at = now() where key = ?").param(keys.get(2)).update();
        for (int v = 0; v < 2; v++) {
            insert(keys.get(v), v, rows, 120, 140);
        }
        await(() -> judgedTo(136));
        newSeries(keys.get(2));
        insert(keys.get(2), 2, rows, 139, 140);
        await(() -> judgedTo(139));
        assertThat(judged().getLast().expected()).as("it came again").doesNotContainNull();

        insert(keys, rows, 160, 200); // nothing between
        await(() -> judgedTo(199));
        assertThat(judged()).extracting(JudgedRow::timeNanos).startsWith(times(90, 140).toArray(Long[]::new))
                .endsWith(times(190, 200).toArray(Long[]::new)).doesNotContain(time(150));
    }

    @Test
    void aSeriesWhosePartitionIsBehindIsWaitedFor() throws Exception {
        double[][] rows = waves(160, 14);
        List<String> keys = series(3);
        insert(keys, rows, 0, 100);
        assertThat(define(forecaster, keys, null, time(90))).satisfies(accepted());
        await(() -> judgedTo(99));
        insert(keys.get(2), 2, rows, 100, 110); // how long it is silent counts from here on, not from when the group was first looked at
        insert(keys.subList(0, 2), rows, 100, 160);
        for (int row = 110; row < 160; row += 10) {
            Thread.sleep(500); // later than the others by much more than two rows, for longer than the silence that is borne
            insert(keys.get(2), 2, rows, row, row + 10);
        }
        await(() -> judgedTo(159));
        assertThat(judged()).allSatisfy(row -> assertThat(row.expected()).doesNotContainNull());
        assertThat(judged()).extracting(JudgedRow::timeNanos).containsExactlyElementsOf(times(90, 160));
    }

    @Test
    void anotherModelGoesOnFromTheNextRow() throws Exception {
        double[][] rows = waves(300, 5);
        List<String> keys = series(3);
        insert(keys, rows, 0, 200);
        assertThat(define(forecaster, keys, null, time(150))).satisfies(accepted());
        await(() -> judgedTo(199));
        assertThat(define(forecaster, keys, STEP, time(0))).as("as it is").satisfies(accepted());
        assertThat(define(other, keys, null, null)).satisfies(accepted());
        insert(keys, rows, 200, 300);
        await(() -> judgedTo(299));
        List<JudgedRow> judged = judged();
        assertThat(judged).extracting(JudgedRow::timeNanos).containsExactlyElementsOf(times(150, 300));
        assertThat(judged).filteredOn(row -> row.model().equals(other)).extracting(JudgedRow::timeNanos)
                .containsExactlyElementsOf(times(200, 300));
        assertRows(judged.subList(50, 150), directly(other, rows), 200);

        assertThat(define(forecaster, keys.reversed(), null, null))
                .satisfies(problem(422, "name-taken", "expected one that no other series have, or the series of " + name));
        assertThat(define(forecaster, keys, 2 * STEP, null))
                .satisfies(problem(422, "name-taken", "step: expected that of " + name + ", 60000000000 ns, but was 120000000000 ns"));
    }

    @Test
    void valuesAreTakenInStepsAndOfCountersTheirRate() throws Exception {
        double[][] rows = waves(120, 6);
        List<String> keys = series(3);
        double total = 0;
        database.sql("update series set declared_kind = 'counter' where key = ?").param(keys.get(0)).update();
        for (int i = 0; i < rows.length; i++) {
            total += rows[i][0] * 60;
            point(keys.get(0), time(i), total);
            point(keys.get(1), time(i) - STEP / 3, 1e6); // the last one in a row counts
            point(keys.get(1), time(i) + STEP / 3, rows[i][1]);
            point(keys.get(2), time(i) - STEP / 4, rows[i][2]);
        }
        assertThat(define(forecaster, keys, null, time(60))).satisfies(accepted());
        await(() -> judgedTo(118)); // of one series there may come another point in the last row
        double[][] seen = Arrays.stream(rows).limit(119).map(double[]::clone).toArray(double[][]::new);
        seen[0][0] = Double.NaN;
        assertRows(judged(), directly(forecaster, seen), 60);
    }

    @Test
    void ofSeveralPointsInARowTheLastOneCountsAlsoWhenTheyComeOneByOne() throws Exception {
        double[][] rows = waves(80, 13);
        List<String> keys = series(3);
        for (int third = 0; third < 180; third++) {
            third(keys, rows, third);
        }
        // The grid goes through the newest point, 179, so the last third of row n is 3 n + 3.
        assertThat(define(forecaster, keys, STEP, START + 119 * STEP / 3)).satisfies(accepted());
        for (int third = 180; third < 3 * rows.length; third++) {
            third(keys, rows, third);
            if (third % 3 == 1) {
                long center = START + (third - 2) * STEP / 3;
                await(() -> Objects.equals(groups.byName(TenantScope.ALL, name).orElseThrow().judgedToNanos(), center));
            }
        }
        List<@Nullable RowJudgement> expected = directly(forecaster, rows);
        List<JudgedRow> judged = judged();
        assertThat(judged).hasSize(40);
        for (int r = 40; r < 80; r++) {
            for (int v = 0; v < COLUMNS.size(); v++) {
                assertThat(judged.get(r - 40).expected().get(v)).as("row %d", r)
                        .isEqualTo(Objects.requireNonNull(expected.get(r)).expected()[v], within(1e-2));
            }
        }
    }

    private void third(List<String> keys, double[][] rows, int third) {
        for (int v = 0; v < keys.size(); v++) {
            point(keys.get(v), START + third * STEP / 3, third % 3 == 0 ? rows[third / 3][v] : 1e5);
        }
    }

    @Test
    void aForecastOfAGroupIsThatOfItsModelFromTheLastRow() throws Exception {
        double[][] rows = waves(200, 7);
        List<String> keys = series(3);
        insert(keys, rows, 0, 200);
        assertThat(forecast(null)).satisfies(problem(404, "unknown-group", name));
        assertThat(define(forecaster, keys, null, null)).satisfies(accepted());
        await(() -> forecast(null).status() == 200 && nextRow() == row(200));
        GroupForecastRequest.Answer answer = Objects.requireNonNull(http().post().uri(GroupForecastRequest.PATH)
                .contentType(MediaType.APPLICATION_JSON).body(new GroupForecastRequest(name, 4, List.of(0.9))).retrieve()
                .body(GroupForecastRequest.Answer.class));
        JointState state = model(forecaster).newState();
        state.skip(model(forecaster).warmUpRows() - rows.length); // as many as the group looked back on, in vain: they say which forecasts are measured
        state.step(rows);
        List<Outlook> outlooks = Objects.requireNonNull(state.forecast(4, new double[]{0.9}, STEP));
        assertThat(answer.forecasts()).hasSize(3);
        for (int v = 0; v < 3; v++) {
            Forecast forecast = answer.forecasts().get(v);
            assertThat(forecast.series()).isEqualTo(keys.get(v));
            assertThat(forecast.issuedAtNanos()).isEqualTo(time(199));
            assertThat(forecast.stepNanos()).isEqualTo(STEP);
            for (int h = 0; h < 4; h++) {
                assertThat(forecast.mean().get(h)).isEqualTo(outlooks.get(v).mean()[h], within(1e-2));
                assertThat(forecast.intervals().getFirst().lower().get(h)).isEqualTo(outlooks.get(v).lower()[0][h], within(0.1));
            }
        }
        assertThat(forecast(HORIZON + 1)).satisfies(problem(422, "bad-horizon", "expected 1 to 6 steps, which " + forecaster));
        assertThat(forecast(0)).satisfies(problem(422, "bad-horizon", "but was 0"));
    }

    @Test
    void aGroupOfAReconstructorIsScoredAndNotForecast() throws Exception {
        double[][] rows = waves(80, 8);
        List<String> keys = series(3);
        insert(keys, rows, 0, 80);
        assertThat(define(reconstructor, keys, null, time(0))).satisfies(accepted());
        await(() -> judgedTo(79));
        assertRows(judged(), directly(reconstructor, rows), LAG - 1);
        assertThat(forecast(null)).satisfies(problem(422, "model-cannot-forecast", "gives rows back"));
    }

    @Test
    void aGroupThatCannotGoOnSaysWhyAndKeepsNoOtherFromIt() throws Exception {
        double[][] rows = waves(100, 9);
        StoredModel passing = forecaster("passing", 12, 60_000);
        List<String> keys = series(3);
        insert(keys, rows, 0, 50);
        // In one statement, for the worker looks between two.
        database.sql(
                """
                        with g as (insert into series_group (name, model, columns, step, phase, next_row, scored_from)
                            values (?, 'chimera-gone-1', '{load,heat,flow}', ?, ?, ?, ?) returning id)
                        insert into group_member select g.id, n - 1, key from g, unnest(?::text[]) with ordinality m (key, n)""")
                .params(name + "-gone", STEP, Math.floorMod(START, STEP), row(0), row(0), keys.toArray(String[]::new)).update();
        database.sql(
                """
                        create function refuse() returns trigger language plpgsql as $$ begin raise exception 'planted'; end $$;
                        create trigger planted before insert on group_row for each row when (new.model like 'chimera-passing-%') execute function refuse()""")
                .update();
        try {
            String refused = name + "-refused";
            assertThat(define(refused, passing.id(), keys, null, time(0))).satisfies(accepted());
            assertThat(define(forecaster, keys, null, time(0))).satisfies(accepted());
            await(() -> judgedTo(49));
            await(() -> problemOf(name + "-gone") != null && problemOf(refused) != null);
            assertThat(problemOf(name + "-gone")).isEqualTo("expected the id of a registered model but was chimera-gone-1");
            assertThat(problemOf(refused)).isEqualTo("failed at the database; the log of the service says why");
            insert(keys, rows, 50, 100);
            await(() -> judgedTo(99));
        } finally {
            database.sql("drop function refuse() cascade").update();
        }
        // A change of the model is looked at again at the next start, or after a pause.
        Objects.requireNonNull(service).close();
        service = run();
        await(() -> problemOf(name + "-refused") == null);
        delete(passing.directory());
    }

    @Test
    void aRemovedGroupLetsGoOfItsNameAndItsRowsGoSoon() throws Exception {
        double[][] rows = waves(60, 10);
        List<String> keys = series(3);
        insert(keys, rows, 0, 60);
        assertThat(define(forecaster, keys, null, time(0))).satisfies(accepted());
        await(() -> judgedTo(59));
        long id = groups.byName(TenantScope.ALL, name).orElseThrow().id();
        assertThat(reply(http().delete().uri(GroupRequest.PATH + "/" + id))).satisfies(accepted());
        assertThat(reply(http().delete().uri(GroupRequest.PATH + "/" + id))).satisfies(problem(404, "unknown-group", Long.toString(id)));
        assertThat(groups.byName(TenantScope.ALL, name)).isEmpty();
        assertThat(define(forecaster, keys, 2 * STEP, null)).as("another of this name").satisfies(accepted());
        try (Connection connection = postgres.dataSource().getConnection()) {
            while (Retention.removedGroups(connection) > 0) {
                // a few at a time
            }
        }
        assertThat(groups.newest(id, TimeSpan.ALL, 10)).isEmpty();
        assertThat(groups.byName(TenantScope.ALL, name)).isPresent();
        assertThat(database.sql("select count(*) from series_group where id = ?").param(id).query(Long.class).single()).isZero();
    }

    @Test
    void rowsAndAnomaliesOfGroupsAreKeptAsLongAsThoseOfSeries() throws Exception {
        double[][] rows = waves(200, 11);
        rows[100][0] += 40;
        List<String> keys = series(3);
        insert(keys, rows, 0, 200);
        assertThat(define(forecaster, keys, null, time(30))).satisfies(accepted());
        await(() -> judgedTo(199));
        assertThat(anomalies()).isNotEmpty();
        try (Connection connection = postgres.dataSource().getConnection()) {
            Retention.groupRows(connection, Duration.ofMinutes(49));
            assertThat(judged()).extracting(JudgedRow::timeNanos).as("49 before the tenth newest")
                    .containsExactlyElementsOf(times(141, 200));
            Retention.groupAnomalies(connection, Duration.ofMinutes(120));
            assertThat(anomalies()).isNotEmpty();
            Retention.groupAnomalies(connection, Duration.ofMinutes(49));
            assertThat(anomalies()).isEmpty();
        }
    }

    @Test
    void whatCannotBeAGroupIsRefusedWithWhatWasExpected() {
        List<String> keys = series(3);
        insert(keys, waves(3, 12), 0, 3);
        assertThat(define("a b", forecaster, keys, null, null)).satisfies(problem(422, "bad-name", "but was a b"));
        assertThat(define("chimera-none-1", keys, null, null)).satisfies(problem(404, "unknown-model", "chimera-none-1"));
        assertThat(define(forecaster, keys.subList(0, 2), null, null))
                .satisfies(
                        problem(422, "bad-series", "expected 3, one for each column of " + forecaster + ", [load, heat, flow], but was 2"));
        assertThat(define(forecaster, List.of(), null, null)).satisfies(problem(422, "bad-series", "expected 1 to 1000 but was 0"));
        assertThat(define(forecaster, List.of(keys.get(0), keys.get(1), keys.get(0)), null, null))
                .satisfies(problem(422, "bad-series", "expected each once but " + keys.get(0) + " comes twice"));
        assertThat(define(forecaster, List.of(keys.get(0), keys.get(1), "not a key"), null, null))
                .satisfies(problem(400, "bad-series-key", "not a key"));
        assertThat(define(forecaster, List.of(keys.get(0), keys.get(1), "t/b/nobody#x"), null, null))
                .satisfies(problem(404, "unknown-series", "expected series that have samples but was [t/b/nobody#x]"));
        assertThat(define(forecaster, keys, 0L, null)).satisfies(problem(422, "bad-step", "expected 1000 ns to 366 days but was 0 ns"));
        String undated = forecaster("undated", 12, 0).id();
        List<String> fresh = series(3);
        assertThat(define(undated, fresh, null, null))
                .satisfies(problem(422, "bad-series", "expected some that have points but none of them has one"));
        point(fresh.get(1), time(0), 1);
        assertThat(define(undated, fresh, null, null)).satisfies(problem(422, "bad-step", "expected one, because neither the data"));
        assertThat(define(undated, keys, null, null)).satisfies(accepted());
        assertThat(groups.byName(TenantScope.ALL, name).orElseThrow().stepNanos()).as("that of the first series").isEqualTo(STEP);
        assertThat(define(name + "-one", single, keys.subList(0, 1), null, null)).as("a group of one").satisfies(accepted());
    }

    private static void assertRows(List<JudgedRow> judged, List<@Nullable RowJudgement> directly, int first) {
        int last = directly.size();
        assertThat(judged).extracting(JudgedRow::timeNanos).containsExactlyElementsOf(times(first, last));
        for (int r = first; r < last; r++) {
            JudgedRow row = judged.get(r - first);
            RowJudgement expected = Objects.requireNonNull(directly.get(r));
            assertThat((double) row.score()).as("score of row %d", r).isEqualTo(expected.score(), within(0.02));
            for (int v = 0; v < COLUMNS.size(); v++) {
                Double said = row.expected().get(v);
                if (said == null) {
                    assertThat(expected.expected()[v]).isNaN();
                } else {
                    assertThat(said).as("row %d", r).isEqualTo(expected.expected()[v], within(1e-2));
                }
            }
        }
    }

    private static List<@Nullable RowJudgement> directly(String model, double[][] rows) {
        return model(model).newState().step(rows);
    }

    private static JointModel model(String id) {
        return JointModel.open(new ModelStore(directory).open(id));
    }

    private List<JudgedRow> judged() {
        return groups.newest(groups.byName(TenantScope.ALL, name).orElseThrow().id(), TimeSpan.ALL, 10_000);
    }

    private List<GroupAnomalyRow> anomalies() {
        return groups.anomalies(new GroupAnomalyFilter(groups.byName(TenantScope.ALL, name).orElseThrow().id(), null, null, null), null,
                100);
    }

    private boolean judgedTo(int row) {
        return Objects.equals(groups.byName(TenantScope.ALL, name).orElseThrow().judgedToNanos(), time(row));
    }

    private long nextRow() {
        return database.sql("select next_row from series_group where name = ?").param(name).query(Long.class).single();
    }

    private @Nullable String problemOf(String group) {
        return groups.byName(TenantScope.ALL, group).orElseThrow().problem();
    }

    private static long time(int row) {
        return START + row * STEP;
    }

    private static long row(int number) {
        return Math.floorDiv(START, STEP) + number;
    }

    private static List<Long> times(int first, int end) {
        return LongStream.range(first, end).mapToObj(row -> START + row * STEP).toList();
    }

    private Reply define(String model, List<String> keys, @Nullable Long step, @Nullable Long from) {
        return define(name, model, keys, step, from);
    }

    private static Reply define(String name, String model, List<String> keys, @Nullable Long step, @Nullable Long from) {
        return reply(http().post().uri(GroupRequest.PATH).contentType(MediaType.APPLICATION_JSON)
                .body(new GroupRequest(name, model, keys, step, from)));
    }

    private Reply forecast(@Nullable Integer horizon) {
        return reply(http().post().uri(GroupForecastRequest.PATH).contentType(MediaType.APPLICATION_JSON)
                .body(new GroupForecastRequest(name, horizon, List.of())));
    }

    private static Reply reply(RestClient.RequestHeadersSpec<?> asked) {
        return Objects.requireNonNull(asked.exchange((_, response) -> new Reply(response.getStatusCode().value(),
                new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8))));
    }

    private static Consumer<Reply> accepted() {
        return reply -> assertThat(reply.status()).as(reply.body()).isEqualTo(204);
    }

    private static Consumer<Reply> problem(int status, String type, String detail) {
        return reply -> {
            assertThat(reply.status()).as(reply.body()).isEqualTo(status);
            assertThat(reply.body()).contains("\"type\":\"urn:longwave:problem:" + type + "\"").contains(detail);
        };
    }

    private static RestClient http() {
        return RestClient
                .create("http://localhost:" + Objects.requireNonNull(service).getEnvironment().getProperty("local.server.port"));
    }

    private static void await(BooleanSupplier reached) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("nanoseconds beyond %s", PATIENCE).isNegative();
            Thread.sleep(20);
        }
    }

    private static ConfigurableApplicationContext run() {
        return new SpringApplicationBuilder(ModelApplication.class).web(WebApplicationType.SERVLET)
                .properties("spring.config.name=model-service").run("--server.port=0", "--spring.datasource.url=" + postgres.jdbcUrl(),
                        "--spring.datasource.username=" + postgres.username(), "--spring.datasource.password=" + postgres.password(),
                        "--longwave.kafka.bootstrap-servers=" + kafka.bootstrapServers(), "--longwave.stream.partitions=2",
                        "--longwave.models.directory=" + directory, "--longwave.groups.look=25ms", "--longwave.groups.silence=2s",
                        "--longwave.groups.rows=64");
    }

    private List<String> series(int count) {
        List<String> keys = IntStream.range(0, count).mapToObj(v -> "t/b/" + name + "-" + NAMES.incrementAndGet() + "#x").toList();
        keys.forEach(this::newSeries);
        return keys;
    }

    private void newSeries(String key) {
        database.sql("insert into series (key, tenant, bucket, measurement, tags, field, display) values (?, 't', 'b', 'm', '{}', 'x', ?)")
                .params(key, key).update();
    }

    private void insert(List<String> keys, double[][] rows, int from, int to) {
        insert(keys, 0, rows, from, to);
    }

    private void insert(String key, int variate, double[][] rows, int from, int to) {
        insert(List.of(key), variate, rows, from, to);
    }

    /** In one statement, so that a look of the service between two series cannot take those that are still to come for silent ones. */
    private void insert(List<String> keys, int firstVariate, double[][] rows, int from, int to) {
        int count = to - from;
        int all = keys.size() * count;
        database.sql("insert into point (series_id, time, value) select s.id, p.time, p.value"
                + " from unnest(?::text[], ?::bigint[], ?::float8[]) as p (key, time, value)"
                + " join series s on s.key = p.key and s.forgotten_at is null")
                .params(IntStream.range(0, all).mapToObj(i -> keys.get(i / count)).toArray(String[]::new),
                        IntStream.range(0, all).mapToObj(i -> time(from + i % count)).toArray(Long[]::new),
                        IntStream.range(0, all).mapToObj(i -> rows[from + i % count][firstVariate + i / count]).toArray(Double[]::new))
                .update();
    }

    private void point(String key, long time, double value) {
        database.sql("insert into point (series_id, time, value) select id, ?, ? from series where key = ?").params(time, value, key)
                .update();
    }

    private static void delete(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** Expects each series to be what it was a period ago, which waves are up to their noise: what the network around that linear map would add is left out. */
    private static StoredModel forecaster(String name, int period, long cadenceMillis) {
        var family = ModelFamilies.forecaster("chimera").orElseThrow();
        ObjectNode config = family.defaultConfig(LAG, HORIZON, COLUMNS.size()).put("normalized", false);
        var network = family.create(config, 3);
        network.setWeights(network.weights().stream().map(tensor -> {
            if (!tensor.name().startsWith("head.")) {
                return tensor;
            }
            float[] values = new float[tensor.values().length];
            if (tensor.name().equals("head.skip")) { // [H, L]
                for (int h = 0; h < HORIZON; h++) {
                    values[h * LAG + LAG + h - period] = 1;
                }
            }
            return new NamedTensor(tensor.name(), tensor.shape(), values);
        }).toList());
        return store("chimera", name, ModelCard.FORECAST, config, network, cadenceMillis);
    }

    private static StoredModel reconstructor() {
        var family = ModelFamilies.reconstructor("s4d").orElseThrow();
        ObjectNode config = family.defaultConfig(LAG, COLUMNS.size());
        return store("s4d", "waves", ModelCard.RECONSTRUCT, config, family.create(config, 3), 60_000);
    }

    private static StoredModel store(String family, String name, String task, ObjectNode config, TrainableModel network,
            long cadenceMillis) {
        Scaler scaler = new Scaler(COLUMNS, List.of(100.0, 200.0, 300.0), List.of(4.0, 4.0, 4.0));
        return new ModelStore(directory).register(new ModelCard(1, "", family, name, task, Instant.EPOCH, 4, config,
                JsonNodeFactory.instance.objectNode(),
                new ModelCard.DataFingerprint(COLUMNS, 1200, "00", cadenceMillis, new Split(1000, 100, 100)), scaler, Map.of()),
                network.weights());
    }

    /** [rows][V]: three series of one rhythm, each with noise of its own. */
    private static double[][] waves(int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<double[]> waves = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            double[] row = new double[COLUMNS.size()];
            for (int v = 0; v < row.length; v++) {
                row[v] = 100 * (v + 1) + 5 * Math.sin(2 * Math.PI * (i + 3.0 * v) / 12) + 0.3 * random.nextGaussian();
            }
            waves.add(row);
        }
        return waves.toArray(double[][]::new);
    }
}
