package io.longwave.db.point;

import io.longwave.db.series.ReadAs;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads points of one series as its model saw them: of a counter, the rate between each two values, at the time of the second. Every query walks the primary key. Answers are
 * in ascending order of time.
 */
public final class PointQueries {
    private static final String INSIDE = " from point where series_id = :series and time >= :from and time < :to";
    /** What was expected of a point, unless it was expected of another kind of values. */
    private static final String EXPECTED = Stream.of("predicted", "lower", "upper", "score")
            .map(column -> "case when time > :since then " + column + " end as " + column).collect(Collectors.joining(", ", "", ", model"));
    private static final String GAUGE = "select time, value, null::float8 as total, " + EXPECTED + INSIDE;
    /**
     * With the last value before the span, so that the first one inside has a rate. A limit stands below the window, which reads everything before it gives its first row, and leaves
     * room for a value that has none; the value before is looked up apart, because with it the planner could not tell how many rows the span has.
     */
    private static final String COUNTER = """
            select * from (
                select time, counter_rate(lag(time) over w, lag(value) over w, time, value) as value, value as total, predicted, lower, upper, score, model
                from (
                    (select time, value, %1$s from point where series_id = :series and time >= :from and time < :to %2$s)
                    union all
                    (select time, value, %1$s from point where series_id = :series and time < :from order by time desc limit 1)) written
                window w as (order by time)) rated
            where value is not null and time >= :from""";
    private static final String COUNTER_FIRST = COUNTER.formatted(EXPECTED, "order by time limit :limit + 1");
    private static final String COUNTER_NEWEST = COUNTER.formatted(EXPECTED, "order by time desc limit :limit + 1");
    private static final String COUNTER_ALL = COUNTER.formatted(EXPECTED, "");
    private static final String SINGLE = "select time, value, value as min, value as max, 1 as count, predicted, lower, upper, score, model, total";

    private final JdbcClient jdbc;

    public PointQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The first points of the span. */
    public List<PointRow> first(long series, ReadAs as, TimeSpan span, int limit) {
        return in(SINGLE + " from (" + of(as, COUNTER_FIRST) + ") points order by time limit :limit", series, as, span)
                .param("limit", limit)
                .query(PointQueries::row).list();
    }

    /** The newest points of the span. */
    public List<PointRow> newest(long series, ReadAs as, TimeSpan span, int limit) {
        return in(SINGLE + " from (" + of(as, COUNTER_NEWEST) + " order by time desc limit :limit) points order by time", series, as, span)
                .param("limit", limit).query(PointQueries::row).list();
    }

    private static String of(ReadAs as, String counter) {
        return switch (as.kind()) {
            case GAUGE -> GAUGE;
            case COUNTER -> counter;
        };
    }

    /** How many values the span has, counting no further than {@code most}. */
    public int countUpTo(long series, TimeSpan span, int most) {
        return in("select count(*) from (select 1" + INSIDE + " limit :most) counted", series, span).param("most", most)
                .query(Integer.class).single();
    }

    /** The smallest span inside {@code span} that holds all its values; empty when there is none. */
    public Optional<TimeSpan> extent(long series, TimeSpan span) {
        return in("select min(time) as first, max(time) as last" + INSIDE, series, span).query((row, number) -> {
            long first = row.getLong("first");
            return row.wasNull() ? Optional.<TimeSpan>empty() : Optional.of(new TimeSpan(first, row.getLong("last") + 1));
        }).single();
    }

    /** Time of the newest value; empty when there is none. */
    public Optional<Long> newestTime(long series) {
        return extent(series, TimeSpan.ALL).map(extent -> extent.to() - 1);
    }

    /** Time of the last of the first values after a time, so many of them; empty when there is none. */
    public Optional<Long> timeAfter(long series, long time, int count) {
        return jdbc.sql("select max(time) from (select time from point where series_id = ? and time > ? order by time limit ?) after")
                .params(series, time, count).query((row, _) -> {
                    long last = row.getLong(1);
                    return row.wasNull() ? Optional.<Long>empty() : Optional.of(last);
                }).single();
    }

    /**
     * Points of the span, summarised per bucket: mean, smallest and largest value, largest score. Buckets start at multiples of the width
     * since the epoch; empty ones are left out.
     *
     * @param widthNanos width of a bucket in nanoseconds, positive
     */
    public List<PointRow> summarised(long series, ReadAs as, TimeSpan span, long widthNanos) {
        // Integer division rounds towards zero; without the correction times before 1970 would fall into the bucket that starts after them.
        return in(
                """
                        select time / :width - case when time %% :width < 0 then 1 else 0 end as bucket, %s as value, min(value) as min, max(value) as max,
                            count(*) as count, %s as predicted, %s as lower, %s as upper, max(score) as score,
                            max(model) as model, null::float8 as total"""
                        .formatted(mean("value"), mean("predicted"), mean("lower"), mean("upper"))
                        + " from (" + of(as, COUNTER_ALL) + ") points group by bucket order by bucket",
                series, as, span).param("width", widthNanos)
                .query((row, number) -> row(row, start(row.getLong("bucket"), widthNanos))).list();
    }

    private JdbcClient.StatementSpec in(String sql, long series, ReadAs as, TimeSpan span) {
        return in(sql, series, span).param("since", as.since());
    }

    private JdbcClient.StatementSpec in(String sql, long series, TimeSpan span) {
        return jdbc.sql(sql).param("series", series).param("from", span.from()).param("to", span.to());
    }

    /** PostgreSQL sums squares beside its means, and fails where those are no numbers any more. */
    private static String mean(String column) {
        return "avg(case when " + column + " > 1e150 then 1e150 when " + column + " < -1e150 then -1e150 else " + column + " end)";
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
                nullable(row, "predicted"), nullable(row, "lower"), nullable(row, "upper"), StoredScore.of(row, "score"),
                row.getString("model"), nullable(row, "total"));
    }

    private static @Nullable Double nullable(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }
}
