package io.longwave.db.point;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.series.ReadAs;
import io.longwave.db.series.SeriesKinds;
import io.longwave.db.series.SeriesQueries;
import io.longwave.db.series.SeriesWriter;
import io.longwave.db.series.TenantScope;
import io.longwave.db.testing.PostgresFixture;
import io.longwave.series.CounterRate;
import io.longwave.series.KindDecision;
import io.longwave.series.SeriesKey;
import io.longwave.series.SeriesKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** A counter's values stay as they were written, and are read as rates. */
class CounterPointsTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();

    private static final SeriesKey KEY = SeriesKey.of("t", "b", "requests", Map.of(), "total");
    private static final ReadAs COUNTER = new ReadAs(SeriesKind.COUNTER, Long.MIN_VALUE);
    private static final long SECOND = 1_000_000_000L;
    /** Totals, a start from zero at the fourth, and what a model sees of them: 100, 10, 7 and 0 in 10, 10, 20 and 10 seconds. */
    private static final long[] TIMES = {0, 10, 20, 40, 50};
    private static final double[] TOTALS = {500, 600, 610, 7, 7};

    private long series;

    @BeforeEach
    void write() throws SQLException {
        postgres.truncate();
        series = series(TIMES, TOTALS);
    }

    @Test
    void pointsOfACounterAreItsRatesWithWhatItStoodAt() {
        assertThat(points().first(series, COUNTER, TimeSpan.ALL, 10)).extracting(CounterPointsTest::text)
                .containsExactly("10 10.0 of 600.0", "20 1.0 of 610.0", "40 0.35 of 7.0", "50 0.0 of 7.0");
        assertThat(points().newest(series, COUNTER, TimeSpan.ALL, 2)).extracting(CounterPointsTest::text)
                .containsExactly("40 0.35 of 7.0", "50 0.0 of 7.0");
        assertThat(points().first(series, ReadAs.GAUGE, TimeSpan.ALL, 2)).extracting(CounterPointsTest::text)
                .containsExactly("0 500.0 of null", "10 600.0 of null");
    }

    @Test
    void theFirstPointOfASpanIsTheRateSinceTheValueBeforeTheSpan() {
        TimeSpan span = new TimeSpan(15 * SECOND, 41 * SECOND);
        List<String> expected = List.of("20 1.0 of 610.0", "40 0.35 of 7.0");
        assertThat(points().first(series, COUNTER, span, 10)).extracting(CounterPointsTest::text).isEqualTo(expected);
        assertThat(points().newest(series, COUNTER, span, 10)).extracting(CounterPointsTest::text).isEqualTo(expected);
        assertThat(points().first(series, COUNTER, new TimeSpan(41 * SECOND, 50 * SECOND), 10)).isEmpty();
    }

    @Test
    void summariesAreOfRates() {
        List<PointRow> rows = points().summarised(series, COUNTER, TimeSpan.ALL, 30 * SECOND);
        assertThat(rows)
                .extracting(row -> row.timeNanos() / SECOND + " " + row.value() + " " + row.min() + " " + row.max() + " " + row.count())
                .containsExactly("0 5.5 1.0 10.0 2", "30 0.175 0.0 0.35 2");
    }

    @Test
    void aSeriesIsListedWithWhatItsModelSaw() throws SQLException {
        SeriesQueries queries = new SeriesQueries(JdbcClient.create(postgres.dataSource()));
        assertThat(queries.byId(TenantScope.ALL, series, 10).orElseThrow().kind()).isEqualTo(SeriesKind.GAUGE);
        assertThat(queries.byId(TenantScope.ALL, series, 3).orElseThrow().recent()).containsExactly(610.0, 7.0, 7.0);
        decide(new KindDecision(SeriesKind.COUNTER, null));
        var row = queries.byId(TenantScope.ALL, series, 3).orElseThrow();
        assertThat(row.kind()).isEqualTo(SeriesKind.COUNTER);
        assertThat(row.recent()).containsExactly(1.0, 0.35, 0.0);
        assertThat(Objects.requireNonNull(row.last()).value()).isZero();
        assertThat(queries.byId(TenantScope.ALL, series, 200).orElseThrow().recent()).containsExactly(10.0, 1.0, 0.35, 0.0);
        decide(new KindDecision(SeriesKind.COUNTER, SeriesKind.GAUGE));
        assertThat(queries.readAs(TenantScope.ALL, List.of(series))).isEqualTo(Map.of(series, ReadAs.GAUGE));
        assertThat(Objects.requireNonNull(queries.byId(TenantScope.ALL, series, 0).orElseThrow().last()).value()).isEqualTo(7);
    }

    @Test
    void whatWasExpectedOfAnotherKindOfValuesIsNotShown() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection(); var statement = connection.createStatement()) {
            statement.execute("update point set predicted = 1, lower = 0, upper = 2, score = 0.5");
            SeriesKinds.write(connection, List.of(new SeriesKinds.Change(series, new KindDecision(SeriesKind.COUNTER, null), 20 * SECOND)));
            SeriesKinds.write(connection,
                    List.of(new SeriesKinds.Change(series, new KindDecision(SeriesKind.COUNTER, SeriesKind.COUNTER), null)));
        }
        ReadAs as = Objects.requireNonNull(
                new SeriesQueries(JdbcClient.create(postgres.dataSource())).readAs(TenantScope.ALL, List.of(series)).get(series));
        assertThat(as).isEqualTo(new ReadAs(SeriesKind.COUNTER, 20 * SECOND));
        for (ReadAs one : List.of(as, new ReadAs(SeriesKind.GAUGE, 20 * SECOND))) {
            assertThat(points().newest(series, one, TimeSpan.ALL, 4)).extracting(PointRow::predicted).containsExactly(null, null, 1.0, 1.0);
            assertThat(points().newest(series, one, TimeSpan.ALL, 4)).extracting(PointRow::score).containsExactly(null, null, 0.5, 0.5);
            assertThat(points().summarised(series, one, TimeSpan.ALL, 30 * SECOND)).extracting(PointRow::upper).containsExactly(null, 2.0);
        }
    }

    @Test
    void aLimitEndsTheWalkAlongALongSeries() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection(); var statement = connection.createStatement()) {
            statement.execute("truncate point");
            statement.execute("insert into series (key, tenant, bucket, measurement, tags, field, display)"
                    + " select 'k' || i, 't', 'b', 'm', '{}', 'f' || i, 'm f' || i from generate_series(2, 40) i");
            // A row of each series in turn, so that the rows of one lie far apart.
            statement.execute(
                    "insert into point (series_id, time, value) select s.id, i, i from generate_series(1, 2000) i, series s order by i, s.id");
            statement.execute("analyze point");
            connection.setAutoCommit(false);
            PointQueries points = new PointQueries(JdbcClient.create(new SingleConnectionDataSource(connection, true)));
            long before = fetched(statement);
            assertThat(points.newest(series, COUNTER, TimeSpan.ALL, 10)).hasSize(10).last()
                    .satisfies(row -> assertThat(row.timeNanos()).isEqualTo(2000));
            assertThat(points.first(series, COUNTER, new TimeSpan(500, Long.MAX_VALUE), 10)).hasSize(10).first()
                    .satisfies(row -> assertThat(row.timeNanos()).isEqualTo(500));
            assertThat(points.first(series, COUNTER, TimeSpan.ALL, 10)).hasSize(10).first()
                    .satisfies(row -> assertThat(row.timeNanos()).isEqualTo(2));
            assertThat(fetched(statement) - before).as("rows that were looked at").isLessThan(50);
        }
    }

    private static long fetched(Statement statement) throws SQLException {
        try (var rows = statement
                .executeQuery("select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'point'")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void viewsShowWhatAModelSawBesideWhatItExpected() throws SQLException {
        assertThat(view("select value, written from v_points order by time")).containsExactly("500 500", "600 600", "610 610", "7 7",
                "7 7");
        try (Connection connection = postgres.dataSource().getConnection(); var statement = connection.createStatement()) {
            statement.execute("update point set predicted = 1, score = 0.5");
            SeriesKinds.write(connection, List.of(new SeriesKinds.Change(series, new KindDecision(SeriesKind.COUNTER, null), 20 * SECOND)));
            statement.execute("insert into forecast values (" + series + ", 1, 1, 'old', '{1}', '{}', '{}', '{}', 'gauge'), (" + series
                    + ", 2, 1, 'new', '{1}', '{}', '{}', '{}', 'counter')");
            statement.execute("insert into anomaly values ('ended', " + series + ", 0, " + 40 * SECOND + ", 0, 1, 1, 1, 1, 'm'), ('lasts', "
                    + series + ", " + 51 * SECOND + ", null, 0, 1, 1, 1, 1, 'm')");
        }
        assertThat(view("select value, written from v_points order by time")).containsExactly("null 500", "10 600", "1 610", "0.35 7",
                "0 7");
        assertThat(view("select extract(epoch from time)::int, score, grade, is_anomaly from v_anomaly order by time"))
                .containsExactly("40 0.5 0.5 t", "50 0.5 0 f");
        assertThat(view("select model, mean from v_forecast")).containsExactly("new 1");
    }

    private static List<String> view(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = postgres.dataSource().getConnection(); var found = connection.createStatement().executeQuery(sql)) {
            while (found.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= found.getMetaData().getColumnCount(); column++) {
                    row.add(found.getString(column));
                }
                rows.add(row.stream().map(String::valueOf).collect(Collectors.joining(" ")));
            }
        }
        return rows;
    }

    @Test
    void aCounterThatGrowsVeryFastHasRatesToo() throws SQLException {
        postgres.truncate();
        series = series(new long[]{0, 1, 2, 3}, new double[]{0, 1e300, 2e300, 1.7e308});
        assertThat(points().newest(series, COUNTER, TimeSpan.ALL, 10)).extracting(PointRow::value).containsExactly(1e300, 1e300, 1e308);
    }

    @Test
    void aCounterOfOneValueHasNoRateYet() throws SQLException {
        postgres.truncate();
        series = series(new long[]{5}, new double[]{3});
        decide(new KindDecision(SeriesKind.COUNTER, null));
        assertThat(points().newest(series, COUNTER, TimeSpan.ALL, 10)).isEmpty();
        var row = new SeriesQueries(JdbcClient.create(postgres.dataSource())).byId(TenantScope.ALL, series, 5).orElseThrow();
        assertThat(Objects.requireNonNull(row.last()).timeNanos()).isEqualTo(5 * SECOND);
        assertThat(Objects.requireNonNull(row.last()).value()).isNull();
        assertThat(row.recent()).isEmpty();
    }

    @Test
    void theDatabaseAndTheStreamGiveTheSameRateToTheBit() throws SQLException {
        long[] times = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -SECOND - 1, -SECOND, -1, 0, 1, SECOND, 1_700_000_000_123_456_789L,
                Long.MAX_VALUE - 1,
                Long.MAX_VALUE};
        double[] values = {0, -0.0, 1, -1, 0.1, 1e15, 1e99, 1e100, -1e99, 1e299, -1e299, 1e300, 1e308, -1e308, Double.MAX_VALUE,
                -Double.MAX_VALUE, Double.MIN_VALUE,
                -Double.MIN_VALUE,
                1e-99, 1e-101};
        List<Long> timesBefore = new ArrayList<>();
        List<Double> before = new ArrayList<>();
        List<Long> time = new ArrayList<>();
        List<Double> value = new ArrayList<>();
        for (int i = 0; i < times.length; i++) {
            for (int j = i + 1; j < times.length; j++) {
                for (double a : values) {
                    for (double b : values) {
                        timesBefore.add(times[i]);
                        time.add(times[j]);
                        before.add(a);
                        value.add(b);
                    }
                }
            }
        }
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            long start = random.nextLong();
            timesBefore.add(Math.min(start, Long.MAX_VALUE - 1));
            time.add(random.nextLong(timesBefore.getLast() + 1, Long.MAX_VALUE));
            before.add(random.nextGaussian() * Math.pow(10, random.nextInt(-5, 12)));
            value.add(before.getLast() + random.nextGaussian());
        }
        int at = 0;
        try (Connection connection = postgres.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        select counter_rate(tb, b, t, v) from unnest(?::bigint[], ?::float8[], ?::bigint[], ?::float8[])
                            with ordinality as g (tb, b, t, v, n) order by n""")) {
            statement.setArray(1, connection.createArrayOf("bigint", timesBefore.toArray()));
            statement.setArray(2, connection.createArrayOf("float8", before.toArray()));
            statement.setArray(3, connection.createArrayOf("bigint", time.toArray()));
            statement.setArray(4, connection.createArrayOf("float8", value.toArray()));
            try (var rows = statement.executeQuery()) {
                for (; rows.next(); at++) {
                    double rate = rows.getDouble(1);
                    double found = rows.wasNull() ? Double.NaN : rate;
                    double expected = CounterRate.perSecond(timesBefore.get(at), before.get(at), time.get(at), value.get(at));
                    assertThat(Double.doubleToLongBits(found))
                            .as("from %s at %s to %s at %s: %s and %s", before.get(at), timesBefore.get(at), value.get(at), time.get(at),
                                    found, expected)
                            .isEqualTo(Double.doubleToLongBits(expected));
                }
            }
        }
        assertThat(at).isEqualTo(time.size());
    }

    private static String text(PointRow row) {
        assertThat(row.min()).isEqualTo(row.value());
        return row.timeNanos() / SECOND + " " + row.value() + " of " + row.total();
    }

    private static PointQueries points() {
        return new PointQueries(JdbcClient.create(postgres.dataSource()));
    }

    private static long series(long[] seconds, double[] values) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            long id = Objects.requireNonNull(SeriesWriter.resolve(connection, List.of(KEY)).get(KEY));
            NewPoints points = new NewPoints();
            for (int i = 0; i < values.length; i++) {
                points.addUnjudged(id, seconds[i] * SECOND, values[i], "m");
            }
            points.write(connection);
            return id;
        }
    }

    private void decide(KindDecision decision) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            SeriesKinds.write(connection, List.of(new SeriesKinds.Change(series, decision, null)));
        }
    }
}
