package io.longwave.db.point;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Stored points as a model reads them to warm up. */
public final class PointHistory {
    private PointHistory() {}

    /**
     * The last points of a series.
     *
     * @param times ascending, [L]
     * @param values [L]
     */
    public record History(long[] times, double[] values) {
        /** No points. */
        public static final History NONE = new History(new long[0], new double[0]);
    }

    /** At most {@code limit} of the latest points, oldest first. */
    public static History last(Connection connection, long seriesId, int limit) throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement("select time, value from point where series_id = ? order by time desc limit ?")) {
            statement.setLong(1, seriesId);
            statement.setInt(2, limit);
            long[] times = new long[limit];
            double[] values = new double[limit];
            int at = limit;
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    at--;
                    times[at] = rows.getLong(1);
                    values[at] = rows.getDouble(2);
                }
            }
            return new History(java.util.Arrays.copyOfRange(times, at, limit), java.util.Arrays.copyOfRange(values, at, limit));
        }
    }
}
