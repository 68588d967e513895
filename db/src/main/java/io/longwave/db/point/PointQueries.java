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
    /** From the last value before the span on, so that the first one inside has a rate; along the order of the answer, so that a limit ends the walk. */
    private static final String COUNTER = """
            select * from (
                select time, counter_rate(%1$s(time) over w, %1$s(value) over w, time, value) as value, value as total, %3$s
                from point where series_id = :series and time < :to
                    and time >= coalesce((select max(time) from point where series_id = :series and time < :from), :from)
                window w as (order by time %2$s)) rated
            where value is not null and time >= :from""";
    private static final String COUNTER_FORWARD = COUNTER.formatted("lag", "asc", EXPECTED);
    private static final String COUNTER_BACKWARD = COUNTER.formatted("lead", "desc", EXPECTED);
    private static final String SINGLE = "select time, value, value as min, value as max, 1 as count, predicted, lower, upper, score, model, total";

    private final JdbcClient jdbc;

    public PointQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The first points of the span. */
    public List<PointRow> first(long series, ReadAs as, TimeSpan span, int limit) {
        return in(SINGLE + " from (" + points(as, true) + ") points order by time limit :limit", series, as, span).param("limit", limit)
                .query(PointQueries::row).list();
    }

    /** The newest points of the span. */
    public List<PointRow> newest(long series, ReadAs as, TimeSpan span, int limit) {
        return in(SINGLE + " from (" + points(as, false) + " order by time desc limit :limit) points order by time", series, as, span)
                .param("limit", limit).query(PointQueries::row).list();
    }

    private static String points(ReadAs as, boolean forward) {
        return switch (as.kind()) {
            case GAUGE -> GAUGE;
            case COUNTER -> forward ? COUNTER_FORWARD : COUNTER_BACKWARD;
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
                        select time / :width - case when time % :width < 0 then 1 else 0 end as bucket, avg(value) as value, min(value) as min, max(value) as max,
                            count(*) as count, avg(predicted) as predicted, avg(lower) as lower, avg(upper) as upper, max(score) as score,
                            max(model) as model, null::float8 as total"""
                        + " from (" + points(as, true) + ") points group by bucket order by bucket",
                series, as, span).param("width", widthNanos)
                .query((row, number) -> row(row, start(row.getLong("bucket"), widthNanos))).list();
    }

    private JdbcClient.StatementSpec in(String sql, long series, ReadAs as, TimeSpan span) {
        return in(sql, series, span).param("since", as.since());
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
                row.getString("model"), nullable(row, "total"));
    }

    private static @Nullable Double nullable(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }
}
