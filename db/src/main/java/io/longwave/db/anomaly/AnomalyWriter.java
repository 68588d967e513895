package io.longwave.db.anomaly;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;

/** Writes anomaly events. */
public final class AnomalyWriter {
    private static final String UPSERT = """
            insert into anomaly (id, series_id, start_time, end_time, peak_time, peak_score, peak_value, expected, points, model, kind)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (id) do update set series_id = excluded.series_id, end_time = excluded.end_time, peak_time = excluded.peak_time, peak_score = excluded.peak_score,
                peak_value = excluded.peak_value, expected = excluded.expected, points = excluded.points""";

    private AnomalyWriter() {}

    /** Inserts new events and brings known ones up to date, in the caller's transaction. */
    public static void write(Connection connection, Collection<AnomalyEvent> events) throws SQLException {
        if (events.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
            for (AnomalyEvent event : events) {
                statement.setString(1, event.id());
                statement.setLong(2, event.seriesId());
                statement.setLong(3, event.startTime());
                statement.setObject(4, event.endTime(), Types.BIGINT);
                statement.setLong(5, event.peakTime());
                statement.setFloat(6, event.peakScore());
                statement.setDouble(7, event.peakValue());
                statement.setDouble(8, event.expected());
                statement.setInt(9, event.points());
                statement.setString(10, event.model());
                statement.setString(11, event.kind().text());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
