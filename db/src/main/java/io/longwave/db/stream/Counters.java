package io.longwave.db.stream;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** Counts per partition that move in the same transaction as what they count. */
public final class Counters {
    private Counters() {}

    /** Adds to the counters in the caller's transaction. */
    public static void add(Connection connection, int partition, Map<String, Long> counts) throws SQLException {
        if (counts.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into stream_counter (partition, name, count) values (?, ?, ?)
                on conflict (partition, name) do update set count = stream_counter.count + excluded.count""")) {
            for (Map.Entry<String, Long> count : new TreeMap<>(counts).entrySet()) {
                statement.setInt(1, partition);
                statement.setString(2, count.getKey());
                statement.setLong(3, count.getValue());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
