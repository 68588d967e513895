package io.longwave.db.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.retention.Retention.OfSeries;
import io.longwave.db.retention.Retention.Silent;
import io.longwave.db.retention.Retention.Step;
import io.longwave.db.series.ForgottenSeries;
import io.longwave.db.testing.PostgresFixture;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

class RetentionTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();

    private static final Duration HOUR = Duration.ofHours(1);
    private static final long NANOS = HOUR.toNanos();

    private final JdbcClient database = JdbcClient.create(postgres.dataSource());

    @BeforeEach
    void empty() {
        postgres.truncate();
    }

    @Test
    void aSeriesKeepsWhatIsNoOlderThanSoLongBeforeItsOwnNewestPoints() throws SQLException {
        long now = series("now");
        long longAgo = series("long ago");
        ten(now, 10 * NANOS);
        points(now, 9 * NANOS, 9 * NANOS - 1, 1, -5);
        ten(longAgo, -8 * NANOS);
        points(longAgo, -9 * NANOS, -9 * NANOS - 1);
        assertThat(sweep(OfSeries.POINTS)).isEqualTo(4);
        assertThat(times(now)).hasSize(11).startsWith(9 * NANOS, 10 * NANOS);
        assertThat(times(longAgo)).hasSize(11).startsWith(-9 * NANOS, -8 * NANOS);
        assertThat(sweep(OfSeries.POINTS)).isZero();
    }

    @Test
    void pointsThatTheCheckpointOfTheirSeriesHasNotSeenStay() throws SQLException {
        long id = series("behind");
        points(id, 1, 2, 3, 4);
        ten(id, 10 * NANOS);
        checkpoint(id, 2);
        assertThat(sweep(OfSeries.POINTS)).isEqualTo(2);
        assertThat(times(id)).hasSize(12).startsWith(3L, 4L);
        database.sql("update series_state set last_time = ?").param(10 * NANOS).update();
        assertThat(sweep(OfSeries.POINTS)).isEqualTo(2);
    }

    @Test
    void aFewSamplesOfAnotherTimeMakeNoneOfTheOthersOld() throws SQLException {
        long id = series("stray");
        ten(id, 10 * NANOS);
        for (int i = 0; i < 9; i++) {
            points(id, 1_000 * NANOS + i);
        }
        assertThat(sweep(OfSeries.POINTS)).isZero();
        points(id, 2_000 * NANOS);
        assertThat(sweep(OfSeries.POINTS)).as("ten of them are no mistake").isEqualTo(10);
    }

    @Test
    void timesAtBothEndsAreNoTrouble() throws SQLException {
        long all = series("all");
        points(all, Long.MIN_VALUE);
        ten(all, Long.MAX_VALUE - 9);
        long first = series("first");
        ten(first, Long.MIN_VALUE);
        assertThat(sweep(OfSeries.POINTS)).isEqualTo(1);
        assertThat(times(all)).hasSize(10).endsWith(Long.MAX_VALUE);
        assertThat(times(first)).hasSize(10);
    }

    @Test
    void manySeriesAndManyRowsOfOneTakeSeveralSteps() throws SQLException {
        long many = series("many");
        database.sql("insert into point (series_id, time, value) select ?, t, 0 from generate_series(1, 2500) t").param(many).update();
        ten(many, 10 * NANOS);
        for (int i = 0; i < 120; i++) {
            long id = series("s" + i);
            points(id, 1);
            ten(id, 10 * NANOS);
        }
        database.sql(
                "insert into series (key, tenant, bucket, measurement, tags, field, display) values ('none', 't', 'b', 'm', '{}', 'f', 'none')")
                .update();
        try (Connection connection = postgres.dataSource().getConnection()) {
            Step first = Retention.next(connection, OfSeries.POINTS, 0, HOUR);
            assertThat(first).isEqualTo(new Step(0, 1000 + 49, false));
        }
        assertThat(sweep(OfSeries.POINTS)).isEqualTo(1500 + 120 - 49);
        assertThat(database.sql("select count(*) from point").query(Long.class).single()).isEqualTo(1210);
    }

    @Test
    void forecastsAndAnomaliesThatHaveEndedGoByThePointsOfTheirSeries() throws SQLException {
        long id = series("a");
        ten(id, 10 * NANOS);
        for (long time : new long[]{5 * NANOS, 9 * NANOS}) {
            database.sql("insert into forecast values (?, ?, 1, 'm', '{1}', '{}', '{}', '{}')").params(id, time).update();
        }
        database.sql("""
                insert into anomaly values ('old', ?, 1, 2, 1, 1, 1, 1, 1, 'm'), ('lasting', ?, 1, null, 1, 1, 1, 1, 1, 'm'),
                    ('young', ?, 1, ?, 1, 1, 1, 1, 1, 'm')""").params(id, id, id, 10 * NANOS).update();
        assertThat(sweep(OfSeries.FORECASTS)).isEqualTo(1);
        assertThat(database.sql("select issued_at from forecast").query(Long.class).list()).containsExactly(9 * NANOS);
        assertThat(sweep(OfSeries.ANOMALIES)).isEqualTo(1);
        assertThat(database.sql("select id from anomaly order by id").query(String.class).list()).containsExactly("lasting", "young");
    }

    @Test
    void deadLettersGoOnceTheyArePublishedAndJobsOnceTheyAreFinished() throws SQLException {
        database.sql(
                """
                        insert into dead_letter (topic, partition, record_offset, item, reason, detail, payload, record_time, published) values
                            ('t', 0, 1, -1, 'r', 'd', '', now() - interval '2 hours', true), ('t', 0, 2, -1, 'r', 'd', '', now() - interval '2 hours', false),
                            ('t', 0, 3, -1, 'r', 'd', '', now(), true)""")
                .update();
        database.sql(
                """
                        insert into classification_job (id, model, classes, finished_at) values (gen_random_uuid(), 'old', '{a}', now() - interval '2 hours'),
                            (gen_random_uuid(), 'open', '{a}', null), (gen_random_uuid(), 'young', '{a}', now())""")
                .update();
        try (Connection connection = postgres.dataSource().getConnection()) {
            assertThat(Retention.deadLetters(connection, HOUR)).isEqualTo(1);
            assertThat(Retention.classifications(connection, HOUR)).isEqualTo(1);
        }
        assertThat(database.sql("select record_offset from dead_letter order by 1").query(Long.class).list()).containsExactly(2L, 3L);
        assertThat(database.sql("select model from classification_job order by 1").query(String.class).list()).containsExactly("open",
                "young");
    }

    @Test
    void rowsOfForgottenSeriesGoSomeAtATimeAndTheSeriesLast() throws SQLException {
        long gone = series("gone");
        database.sql("insert into point (series_id, time, value) select ?, t, 0 from generate_series(1, 12000) t").param(gone).update();
        database.sql("insert into forecast values (?, 1, 1, 'm', '{1}', '{}', '{}', '{}')").param(gone).update();
        database.sql("insert into anomaly values ('lasting', ?, 1, null, 1, 1, 1, 1, 1, 'm')").param(gone).update();
        long stays = series("stays");
        points(stays, 1, 2);
        try (Connection connection = postgres.dataSource().getConnection()) {
            assertThat(Retention.forgotten(connection)).isZero();
            ForgottenSeries.write(connection, Map.of(gone, Instant.EPOCH));
            List<Long> steps = new ArrayList<>();
            long rows;
            do {
                rows = Retention.forgotten(connection);
                steps.add(rows);
            } while (rows > 0);
            assertThat(steps).containsExactly(1000L, 1000L, 1000L, 1000L, 1000L, 1000L, 1000L, 1000L, 1000L, 1000L, 1000L, 1000L, 1L, 1L,
                    1L, 0L);
        }
        assertThat(database.sql("select key from series").query(String.class).list()).containsExactly("stays");
        assertThat(times(stays)).containsExactly(1L, 2L);
    }

    @Test
    void silentSeriesAreThoseWhoseNewestSampleLiesSoLongBeforeNow() throws SQLException {
        long now = Instant.now().toEpochMilli() * 1_000_000;
        long old = series("old");
        points(old, now - 2 * NANOS, now - 3 * NANOS);
        points(series("young"), now - NANOS / 2, now - 5 * NANOS);
        long announced = series("announced now, never written");
        checkpoint(announced, Long.MIN_VALUE);
        long never = series("announced long ago, never written");
        database.sql("update series set created_at = now() - interval '2 hours' where id = ?").param(never).update();
        long state = series("by its state");
        checkpoint(state, now - 9 * NANOS);
        long behind = series("young, but not by its state");
        checkpoint(behind, now - 9 * NANOS);
        points(behind, now - NANOS / 2);
        long forgotten = series("forgotten");
        points(forgotten, 1);
        try (Connection connection = postgres.dataSource().getConnection()) {
            ForgottenSeries.write(connection, Map.of(forgotten, Instant.EPOCH));
            assertThat(Retention.silent(connection, 0, HOUR)).containsExactly(new Silent(old, "old", now - 2 * NANOS),
                    new Silent(never, "announced long ago, never written", Long.MIN_VALUE),
                    new Silent(state, "by its state", now - 9 * NANOS));
            assertThat(Retention.silent(connection, never, HOUR)).extracting(Silent::id).containsExactly(state);
        }
    }

    @Test
    void oneOfSeveralServicesDeletes() throws SQLException {
        try (Connection one = postgres.dataSource().getConnection(); Connection other = postgres.dataSource().getConnection()) {
            assertThat(Retention.begin(one)).isTrue();
            assertThat(setting(one)).isEqualTo("off");
            assertThat(Retention.begin(other)).isFalse();
            assertThat(setting(other)).isEqualTo("on");
            Retention.end(one);
            assertThat(setting(one)).as("a connection goes back as it was").isEqualTo("on");
            assertThat(Retention.begin(other)).isTrue();
            Retention.end(other);
        }
    }

    private void checkpoint(long series, long lastTime) {
        database.sql("insert into series_state values (?, 0, 1, 1, 'm', 1, 'p', ?, '')").params(series, lastTime).update();
    }

    private static String setting(Connection connection) throws SQLException {
        try (var statement = connection.createStatement(); var row = statement.executeQuery("show enable_bitmapscan")) {
            row.next();
            return row.getString(1);
        }
    }

    private static long sweep(OfSeries what) throws SQLException {
        long rows = 0;
        try (Connection connection = postgres.dataSource().getConnection()) {
            Step step = new Step(0, 0, false);
            while (!step.ended()) {
                step = Retention.next(connection, what, step.series(), HOUR);
                rows += step.rows();
            }
        }
        return rows;
    }

    private long series(String name) {
        return database.sql(
                "insert into series (key, tenant, bucket, measurement, tags, field, display) values (?, 't', 'b', 'm', '{}', 'f', ?) returning id")
                .params(name, name).query(Long.class).single();
    }

    /** A point at this time and one at each of the nine nanoseconds behind it: of the ten newest this is the one that counts. */
    private void ten(long series, long time) {
        database.sql("insert into point (series_id, time, value) select ?, ? + n, 1 from generate_series(0, 9) n").params(series, time)
                .update();
    }

    private void points(long series, long... times) {
        for (long time : times) {
            database.sql("insert into point (series_id, time, value) values (?, ?, 1)").params(series, time).update();
        }
    }

    private List<@Nullable Long> times(long series) {
        return database.sql("select time from point where series_id = ? order by time").param(series).query(Long.class).list();
    }
}
