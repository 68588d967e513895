package io.longwave.db.point;

import io.longwave.series.SeriesKind;
import java.util.Arrays;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads points of several series as the rows of a table. */
public final class RowQueries {
    private final JdbcClient jdbc;

    public RowQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What one column of the table is.
     *
     * @param series its id; one that there is not has no values
     * @param kind decides whether the values are the points of the series or its rates
     */
    public record Column(long series, SeriesKind kind) {}

    /**
     * Values of rows: of each series the last one of a row, as its own model sees it: of a counter the rate since the value before.
     *
     * @return [count][V]; NaN where there is none
     */
    public double[][] values(RowGrid grid, List<Column> columns, long first, int count) {
        double[][] rows = new double[count][columns.size()];
        for (double[] row : rows) {
            Arrays.fill(row, Double.NaN);
        }
        // One look at the index for each value, however many points lie between them.
        jdbc.sql(
                """
                        select c.ordinal - 1 as ordinal, n.number, case when c.counter then counter_rate(b.time, b.value, p.time, p.value) else p.value end as value
                        from unnest(:series::bigint[], :counters::boolean[]) with ordinality as c (series, counter, ordinal)
                            cross join generate_series(0, :last) as n (number)
                            cross join lateral (select time, value from point where series_id = c.series and time >= :start + n.number * :step
                                and time < :start + (n.number + 1) * :step order by time desc limit 1) p
                            left join lateral (select time, value from point where c.counter and series_id = c.series and time < p.time
                                order by time desc limit 1) b on true""")
                .param("series", columns.stream().map(Column::series).toArray(Long[]::new))
                .param("counters", columns.stream().map(column -> column.kind == SeriesKind.COUNTER).toArray(Boolean[]::new))
                .param("start", grid.start(first)).param("step", grid.stepNanos()).param("last", count - 1L).query(row -> {
                    double value = row.getDouble("value");
                    if (!row.wasNull() && Double.isFinite(value)) {
                        rows[row.getInt("number")][row.getInt("ordinal")] = value;
                    }
                });
        return rows;
    }

    /** How far apart the newest points of a series are, in nanoseconds; 0 where fewer than two say. */
    public long usualDistance(long series) {
        return jdbc.sql("select coalesce(" + usualDistance("?") + ", 0)").param(series).query(Long.class).single();
    }

    /**
     * The same as an expression of SQL, null where fewer than two points say.
     *
     * @param series expression of the id
     */
    public static String usualDistance(String series) {
        return """
                (select percentile_disc(0.5) within group (order by distance) from (
                    select time - lag(time) over (order by time) as distance from (
                        select time from point where series_id = %s order by time desc limit 10) last) distances)""".formatted(series);
    }
}
