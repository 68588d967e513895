package io.longwave.db.model;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which model serves a series and whether its forecasts are stored; written by control records of the stream only. */
public final class ServingStore {
    private ServingStore() {}

    /**
     * What was decided for one series.
     *
     * @param model promoted model; null for the online model
     * @param watched true if forecasts are stored although no model was promoted
     * @param horizon steps of a stored forecast
     */
    public record Serving(@Nullable String model, boolean watched, int horizon) {
        /** What holds for a series of which nothing was decided. */
        public static final Serving DEFAULT = new Serving(null, false, 96);
    }

    /** Canonical keys of the series that a model was promoted for. */
    public static List<String> keysServedBy(Connection connection, String model) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select s.key from series_serving v join series s on s.id = v.series_id
                where v.model = ? and s.forgotten_at is null order by s.key""")) {
            statement.setString(1, model);
            try (ResultSet rows = statement.executeQuery()) {
                List<String> keys = new ArrayList<>();
                while (rows.next()) {
                    keys.add(rows.getString(1));
                }
                return keys;
            }
        }
    }

    /** Writes the decision in the caller's transaction. */
    public static void write(Connection connection, long seriesId, Serving serving) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into series_serving (series_id, model, watched, horizon) values (?, ?, ?, ?)
                on conflict (series_id) do update set model = excluded.model, watched = excluded.watched, horizon = excluded.horizon""")) {
            statement.setLong(1, seriesId);
            statement.setObject(2, serving.model(), Types.VARCHAR);
            statement.setBoolean(3, serving.watched());
            statement.setInt(4, serving.horizon());
            statement.executeUpdate();
        }
    }
}
