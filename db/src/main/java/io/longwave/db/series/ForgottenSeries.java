package io.longwave.db.series;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/** Lets go of series; their points, events and forecasts are deleted later, beside the stream. */
public final class ForgottenSeries {
    private ForgottenSeries() {}

    /**
     * Takes key, state and serving model from series, in the caller's transaction.
     *
     * @param when of the record that says so, by the number of the series
     */
    public static void write(Connection connection, Map<Long, Instant> when) throws SQLException {
        if (when.isEmpty()) {
            return;
        }
        Object[] ids = when.keySet().toArray();
        for (String table : new String[]{"series_state", "series_serving"}) {
            try (PreparedStatement statement = connection.prepareStatement("delete from " + table + " where series_id = any (?)")) {
                statement.setArray(1, connection.createArrayOf("bigint", ids));
                statement.executeUpdate();
            }
        }
        try (PreparedStatement statement = connection.prepareStatement("update series set forgotten_at = ? where id = ?")) {
            for (Map.Entry<Long, Instant> series : when.entrySet()) {
                statement.setObject(1, series.getValue().atOffset(ZoneOffset.UTC));
                statement.setLong(2, series.getKey());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
