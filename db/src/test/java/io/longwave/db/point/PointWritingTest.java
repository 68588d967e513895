package io.longwave.db.point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.db.series.SeriesWriter;
import io.longwave.db.testing.PostgresFixture;
import io.longwave.series.SeriesKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PointWritingTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();

    private static final SeriesKey KEY = SeriesKey.of("t", "b", "m \"quoted\\\"", Map.of("host", "a\\b\"c"), "f");

    @BeforeEach
    void empty() {
        postgres.truncate();
    }

    @Test
    void copiedPointsComeBackToTheBit() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            long id = series(connection);
            NewPoints points = new NewPoints();
            points.add(id, Long.MIN_VALUE, Double.MIN_VALUE, -0.0, Double.NEGATIVE_INFINITY, Double.MAX_VALUE, 0.9999, "online-1");
            points.addUnjudged(id, Long.MAX_VALUE, 0.1, "online-1");
            points.write(connection);
            assertThat(points.count()).isEqualTo(2);
            assertThat(rows(connection)).containsExactly(
                    "-9223372036854775808 5e-324 -0 -Infinity 1.7976931348623157e+308 0.9999 online-1",
                    "9223372036854775807 0.1 null null null null online-1");
        }
    }

    @Test
    void aNewPointThatIsNotNewFailsTheTransaction() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            long id = series(connection);
            NewPoints points = new NewPoints();
            points.addUnjudged(id, 1, 1, "m");
            points.addUnjudged(id, 1, 2, "m");
            assertThatThrownBy(() -> points.write(connection)).isInstanceOf(SQLException.class)
                    .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("23505"));
            assertThat(rows(connection)).isEmpty();
        }
    }

    @Test
    void latePointsReplaceValuesAndTellTheNewOnes() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            long id = series(connection);
            NewPoints points = new NewPoints();
            points.add(id, 1, 10, 9, 8, 11, 0.5, "m");
            points.add(id, 2, 20, 19, 18, 21, 0.5, "m");
            points.write(connection);

            LatePoints late = new LatePoints();
            late.add(id, 1, 10);
            late.add(id, 2, 25);
            late.add(id, 0, 5);
            late.add(id, 0, 6);
            assertThat(late.count()).isEqualTo(4);
            assertThat(late.write(connection)).isEqualTo(1);
            assertThat(rows(connection)).containsExactly("0 6 null null null null null", "1 10 9 8 11 0.5 m", "2 25 19 18 21 null m");
        }
    }

    @Test
    void aValueThatCameAndWentLeavesTheSameTraceInOneTransactionAsInThree() throws SQLException {
        for (boolean together : new boolean[]{true, false}) {
            postgres.truncate();
            try (Connection connection = postgres.dataSource().getConnection()) {
                long id = series(connection);
                NewPoints points = new NewPoints();
                points.add(id, 1, 10, 9, 8, 11, 0.5, "m");
                points.write(connection);
                LatePoints late = new LatePoints();
                for (double value : new double[]{11, 10}) {
                    late.add(id, 1, value);
                    if (!together) {
                        late.write(connection);
                        late = new LatePoints();
                    }
                }
                late.write(connection);
                assertThat(rows(connection)).as("together: " + together).containsExactly("1 10 9 8 11 null m");
            }
        }
    }

    @Test
    void historyIsTheLatestPointsOldestFirst() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            long id = series(connection);
            NewPoints points = new NewPoints();
            for (int i = 0; i < 10; i++) {
                points.addUnjudged(id, i, 10 * i, "m");
            }
            points.write(connection);
            PointHistory.History history = PointHistory.last(connection, id, 3);
            assertThat(history.times()).containsExactly(7, 8, 9);
            assertThat(history.values()).containsExactly(70, 80, 90);
            assertThat(PointHistory.last(connection, id, 100).times()).hasSize(10);
        }
    }

    @Test
    void seriesKeepTheirNumbersAndTheirTagsArriveAsJson() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            SeriesKey other = SeriesKey.of("t", "b", "m", Map.of(), "f");
            Map<SeriesKey, Long> first = SeriesWriter.resolve(connection, Set.of(KEY));
            Map<SeriesKey, Long> both = SeriesWriter.resolve(connection, Set.of(KEY, other));
            assertThat(both).containsAllEntriesOf(first).hasSize(2);
            try (var rows = connection.createStatement().executeQuery("select tags ->> 'host', key from series where measurement <> 'm'")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("a\\b\"c");
                assertThat(SeriesKey.parse(rows.getString(2))).isEqualTo(KEY);
            }
        }
    }

    private static long series(Connection connection) throws SQLException {
        return SeriesWriter.resolve(connection, Set.of(KEY)).values().iterator().next();
    }

    private static List<String> rows(Connection connection) throws SQLException {
        List<String> all = new ArrayList<>();
        try (var rows = connection.createStatement()
                .executeQuery("select time, value, predicted, lower, upper, score, model from point order by time")) {
            while (rows.next()) {
                StringBuilder row = new StringBuilder(rows.getString(1));
                for (int i = 2; i <= 7; i++) {
                    row.append(' ').append(rows.getString(i));
                }
                all.add(row.toString());
            }
        }
        return all;
    }
}
