package io.longwave.db.point;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Points that are not later than the last one of their series. The last write wins: the value is replaced and the score of the old value
 * is removed, while what the model had expected at that time stays. A point written again with the value it has changes nothing.
 *
 * <p>The rows are the same however a stream is cut into transactions.
 */
public final class LatePoints {
    private static final String INSERT = """
            insert into point (series_id, time, value) select * from unnest(?::bigint[], ?::bigint[], ?::float8[])
            on conflict (series_id, time) do update set value = excluded.value, score = null""";
    private static final String ONLY_CHANGES = " where point.value is distinct from excluded.value";
    // A row that this statement inserted has no deleting transaction; one that it updated carries its own.
    private static final String WAS_INSERTED = " returning xmax = 0";

    private final Map<Position, Value> points = new LinkedHashMap<>();
    private int count;

    /** Adds a sample in the order of the stream. */
    public void add(long seriesId, long time, double value) {
        count++;
        // A value that came and went inside one transaction must leave the trace it would leave in two: the score is gone.
        points.merge(new Position(seriesId, time), new Value(value, false),
                (before, now) -> new Value(now.value(), before.rewritten() || before.value() != now.value()));
    }

    /** Samples added so far. */
    public int count() {
        return count;
    }

    /**
     * Writes everything in the caller's transaction, after the transaction's new points.
     *
     * @return how many rows are new; the other samples met a row of their time
     */
    public int write(Connection connection) throws SQLException {
        return write(connection, false) + write(connection, true);
    }

    private int write(Connection connection, boolean rewritten) throws SQLException {
        List<Long> series = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        points.forEach((position, value) -> {
            if (value.rewritten() == rewritten) {
                series.add(position.seriesId());
                times.add(position.time());
                values.add(value.value());
            }
        });
        if (series.isEmpty()) {
            return 0;
        }
        try (PreparedStatement statement = connection.prepareStatement(INSERT + (rewritten ? "" : ONLY_CHANGES) + WAS_INSERTED)) {
            statement.setArray(1, connection.createArrayOf("bigint", series.toArray()));
            statement.setArray(2, connection.createArrayOf("bigint", times.toArray()));
            statement.setArray(3, connection.createArrayOf("float8", values.toArray()));
            int inserted = 0;
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    inserted += rows.getBoolean(1) ? 1 : 0;
                }
            }
            return inserted;
        }
    }

    private record Position(long seriesId, long time) {}

    private record Value(double value, boolean rewritten) {}
}
