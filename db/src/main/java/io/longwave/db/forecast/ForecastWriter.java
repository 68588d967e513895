package io.longwave.db.forecast;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;

/** Writes stored forecasts. */
public final class ForecastWriter {
    private static final String UPSERT = """
            insert into forecast (series_id, issued_at, step, model, mean, levels, lower, upper, kind) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (series_id, issued_at) do update set step = excluded.step, model = excluded.model, mean = excluded.mean,
                levels = excluded.levels, lower = excluded.lower, upper = excluded.upper, kind = excluded.kind""";

    private ForecastWriter() {}

    /** Writes in the caller's transaction; a later forecast of the same issue time replaces the earlier one. */
    public static void write(Connection connection, Collection<NewForecast> forecasts) throws SQLException {
        if (forecasts.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
            for (NewForecast forecast : forecasts) {
                statement.setLong(1, forecast.seriesId());
                statement.setLong(2, forecast.issuedAt());
                statement.setLong(3, forecast.step());
                statement.setString(4, forecast.model());
                statement.setArray(5, connection.createArrayOf("float8", boxed(forecast.mean())));
                statement.setArray(6, connection.createArrayOf("float8", boxed(forecast.levels())));
                statement.setArray(7, connection.createArrayOf("float8", boxed(forecast.lower())));
                statement.setArray(8, connection.createArrayOf("float8", boxed(forecast.upper())));
                statement.setString(9, forecast.kind().text());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static Double[] boxed(double[] values) {
        return Arrays.stream(values).boxed().toArray(Double[]::new);
    }

    private static Double[][] boxed(double[][] values) {
        return Arrays.stream(values).map(ForecastWriter::boxed).toArray(Double[][]::new);
    }
}
