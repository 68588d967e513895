package io.longwave.db.forecast;

import io.longwave.db.point.TimeSpan;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads stored forecasts. */
public final class ForecastQueries {
    private final JdbcClient jdbc;

    public ForecastQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Forecasts issued inside the span, newest first; those of another kind of values than that of the series now are left out. */
    public List<ForecastRow> issued(long series, TimeSpan span, int limit) {
        return jdbc
                .sql("""
                        select issued_at, step, model, mean, levels, lower, upper from forecast f join series s on s.id = f.series_id
                        where series_id = :series and f.kind = s.kind and issued_at >= :from and issued_at < :to order by issued_at desc limit :limit""")
                .param("series", series).param("from", span.from()).param("to", span.to()).param("limit", limit)
                .query(ForecastQueries::row).list();
    }

    private static ForecastRow row(ResultSet row, int number) throws SQLException {
        return new ForecastRow(row.getLong("issued_at"), row.getLong("step"), row.getString("model"), doubles(row.getArray("mean")),
                doubles(row.getArray("levels")), matrix(row.getArray("lower")), matrix(row.getArray("upper")));
    }

    private static List<Double> doubles(Array array) throws SQLException {
        return Arrays.asList((Double[]) array.getArray());
    }

    /** An array without elements has no dimensions in PostgreSQL, so it comes as a vector whatever it was stored as. */
    private static List<List<Double>> matrix(Array array) throws SQLException {
        return array.getArray() instanceof Double[][] rows ? Arrays.stream(rows).map(Arrays::asList).toList() : List.of();
    }
}
