package io.longwave.db.point;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads points of one series; every query walks the primary key. Answers are in ascending order of time. */
public final class PointQueries {
    private static final String INSIDE = " from point where series_id = :series and time >= :from and time < :to";
    private static final String SINGLE = "select time, value, value as min, value as max, 1 as count, predicted, lower, upper, score, model";

    private final JdbcClient jdbc;

    public PointQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The first points of the span. */
    public List<PointRow> first(long series, TimeSpan span, int limit) {
        return in(SINGLE + INSIDE + " order by time limit :limit", series, span).param("limit", limit).query(PointQueries::row).list();
    }

    /** The newest points of the span. */
    public List<PointRow> newest(long series, TimeSpan span, int limit) {
        return in("select * from (" + SINGLE + INSIDE + " order by time desc limit :limit) newest order by time", series, span)
                .param("limit", limit).query(PointQueries::row).list();
    }

    /** How many points the span has, counting no further than {@code most}. */
    public int countUpTo(long series, TimeSpan span, int most) {
        return in("select count(*) from (select 1" + INSIDE + " limit :most) counted", series, span).param("most", most)
                .query(Integer.class).single();
    }

    /** The smallest span inside {@code span} that holds all its points; empty when there is none. */
    public Optional<TimeSpan> extent(long series, TimeSpan span) {
        return in("select min(time) as first, max(time) as last" + INSIDE, series, span).query((row, number) -> {
            long first = row.getLong("first");
            return row.wasNull() ? Optional.<TimeSpan>empty() : Optional.of(new TimeSpan(first, row.getLong("last") + 1));
        }).single();
    }

    /** Time of the newest point; empty when there is none. */
    public Optional<Long> newestTime(long series) {
        return extent(series, TimeSpan.ALL).map(extent -> extent.to() - 1);
    }

    /**
     * Points of the span, summarised per bucket: mean, smallest and largest value, largest score. Buckets start at multiples of the width
     * since the epoch; empty ones are left out.
     *
     * @param widthNanos width of a bucket in nanoseconds, positive
     */
    public List<PointRow> summarised(long series, TimeSpan span, long widthNanos) {
        // Integer division rounds towards zero; without the correction times before 1970 would fall into the bucket that starts after them.
        return in(
                """
                        select time / :width - case when time % :width < 0 then 1 else 0 end as bucket, avg(value) as value, min(value) as min, max(value) as max,
                            count(*) as count, avg(predicted) as predicted, avg(lower) as lower, avg(upper) as upper, max(score) as score,
                            max(model) as model"""
                        + INSIDE + " group by bucket order by bucket",
                series, span).param("width", widthNanos)
                .query((row, number) -> row(row, start(row.getLong("bucket"), widthNanos))).list();
    }

    private JdbcClient.StatementSpec in(String sql, long series, TimeSpan span) {
        return jdbc.sql(sql).param("series", series).param("from", span.from()).param("to", span.to());
    }

    /** Start of a bucket; the first one of all begins before time can be counted. */
    private static long start(long bucket, long widthNanos) {
        long start = bucket * widthNanos;
        return Math.multiplyHigh(bucket, widthNanos) == start >> 63 ? start : Long.MIN_VALUE;
    }

    private static PointRow row(ResultSet row, int number) throws SQLException {
        return row(row, row.getLong("time"));
    }

    private static PointRow row(ResultSet row, long time) throws SQLException {
        return new PointRow(time, row.getDouble("value"), row.getDouble("min"), row.getDouble("max"), row.getLong("count"),
                nullable(row, "predicted"), nullable(row, "lower"), nullable(row, "upper"), nullable(row, "score"),
                row.getString("model"));
    }

    private static @Nullable Double nullable(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }
}
