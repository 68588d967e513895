package io.longwave.db.retention;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes what has been kept long enough, a bounded number of rows in a statement, so that the stream beside it never waits long. What belongs to a series
 * is as old as it lies before the newest points of its series, the tenth of them: measurements of ten years ago that were written today are kept like those of today.
 */
public final class Retention {
    private static final int SERIES = 50;
    /** Newest points of a series that do not count: one sample with a time of next year would make all others old. */
    private static final int STRAY = 9;
    private static final int JOBS = 50;
    private static final int ROWS_OF_A_SERIES = 1000;
    private static final int ROWS = 10_000;
    private static final long LOCK = 0x4c57_5265_7465_6e74L; // any number that is used for nothing else

    private Retention() {}

    /** What belongs to series. */
    public enum OfSeries {
        /** Without those after the checkpoint of their series: they are the rest of its state. */
        POINTS("point", "time", " and t.time <= coalesce(batch.seen, t.time)"),
        FORECASTS("forecast", "issued_at", ""),
        /** Those that have ended. */
        ANOMALIES("anomaly", "end_time", "");

        private final String table;
        private final String sql;

        /** @param condition what must hold, too, of a row {@code t} of a series in {@code batch}, whose checkpoint has seen it up to {@code seen} */
        OfSeries(String table, String time, String condition) {
            this.table = table;
            // An array of row addresses: joined with them as a table, the planner may read the whole other one.
            sql = """
                    with batch as (select id, (select last_time from series_state where series_id = series.id) as seen
                            from series where id > ? order by id limit %d),
                        old as (select o.address from batch
                            cross join lateral (select time as newest from point where series_id = batch.id
                                order by time desc offset %d limit 1) last
                            cross join lateral (select t.ctid as address from %s t where t.series_id = batch.id
                                and t.%s < greatest(last.newest, ?) - ?%s order by t.%s limit %d) o),
                        gone as (delete from %s where ctid = any (array(select address from old)) returning 1)
                    select (select max(id) from batch), (select count(*) from gone)"""
                    .formatted(SERIES, STRAY, table, time, condition, time, ROWS_OF_A_SERIES, table);
        }
    }

    /**
     * What one statement did.
     *
     * @param series the last one that was looked at; the number to go on from
     * @param rows that were deleted
     * @param ended whether there was no series left to look at
     */
    public record Step(long series, long rows, boolean ended) {}

    /**
     * Looks at the next few series.
     *
     * @param after the last series of the step before, or 0
     * @param kept at least a nanosecond
     */
    public static Step next(Connection connection, OfSeries what, long after, Duration kept) throws SQLException {
        long nanos = kept.toNanos();
        try (PreparedStatement statement = connection.prepareStatement(what.sql)) {
            statement.setLong(1, after);
            statement.setLong(2, Long.MIN_VALUE + nanos); // a series of the first hour of all times has nothing older
            statement.setLong(3, nanos);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                long last = row.getLong(1);
                if (row.wasNull()) {
                    return new Step(after, 0, true);
                }
                long rows = row.getLong(2);
                // Where a series may have more, it comes again.
                return new Step(rows >= ROWS_OF_A_SERIES ? after : last, rows, false);
            }
        }
    }

    /**
     * Deletes rows of forgotten series, and the series that have none left, some of them; the number of rows.
     *
     * @return 0 once nothing is left
     */
    public static long forgotten(Connection connection) throws SQLException {
        Array ids;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select array(select id from series where forgotten_at is not null order by id limit " + SERIES + ")")) {
            row.next();
            ids = row.getArray(1);
        }
        for (OfSeries what : OfSeries.values()) {
            long rows = delete(connection, ids,
                    """
                            delete from %s where ctid = any (array(select o.address from unnest(?) as gone(id)
                                cross join lateral (select t.ctid as address from %s t where t.series_id = gone.id limit %d) o))"""
                            .formatted(what.table,
                                    what.table, ROWS_OF_A_SERIES));
            if (rows > 0) {
                return rows;
            }
        }
        // None, unless somebody wrote them by hand; they would keep the series.
        long rows = delete(connection, ids, "delete from series_state where series_id = any (?)")
                + delete(connection, ids, "delete from series_serving where series_id = any (?)");
        return rows + delete(connection, ids,
                """
                        delete from series s where id = any (?) and not exists (select from point where series_id = s.id)
                            and not exists (select from forecast where series_id = s.id) and not exists (select from anomaly where series_id = s.id)""");
    }

    /**
     * A series that was not written for long.
     *
     * @param lastTime of its newest sample, nanoseconds since the epoch; {@link Long#MIN_VALUE} of one that has none and was made so long ago
     */
    public record Silent(long id, String key, long lastTime) {}

    /**
     * Series whose newest sample lies so long before now, some of them.
     *
     * @param after the last one of those before, or 0
     * @return in the order of their numbers; empty once there are no more
     */
    public static List<Silent> silent(Connection connection, long after, Duration time) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                        select s.id, s.key, l.last_time from series s left join series_state t on t.series_id = s.id
                            cross join lateral (select coalesce(greatest(t.last_time, (select max(time) from point where series_id = s.id)),
                                -9223372036854775808) as last_time) l
                        where s.id > ? and s.forgotten_at is null
                            and coalesce(t.last_time, -9223372036854775808) < (extract(epoch from now()) * 1000000000)::bigint - ?
                            and case when l.last_time = -9223372036854775808 then (extract(epoch from s.created_at) * 1000000000)::bigint else l.last_time end
                                < (extract(epoch from now()) * 1000000000)::bigint - ?
                        order by s.id limit %d"""
                        .formatted(ROWS_OF_A_SERIES))) {
            statement.setLong(1, after);
            statement.setLong(2, time.toNanos());
            statement.setLong(3, time.toNanos());
            List<Silent> silent = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    silent.add(new Silent(rows.getLong(1), rows.getString(2), rows.getLong(3)));
                }
            }
            return silent;
        }
    }

    /** Deletes judged rows of groups that lie so long before the newest ones of their group, the tenth of them, some of them; the number of rows. */
    public static long groupRows(Connection connection, Duration kept) throws SQLException {
        return ofGroups(connection, "group_row", "time", kept);
    }

    /** Deletes anomalies of groups that ended so long before them, some of them; the number of rows. */
    public static long groupAnomalies(Connection connection, Duration kept) throws SQLException {
        return ofGroups(connection, "group_anomaly", "end_time", kept);
    }

    private static long ofGroups(Connection connection, String table, String time, Duration kept) throws SQLException {
        long nanos = kept.toNanos();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                        delete from %s where ctid = any (array(
                            select o.address from series_group g
                                cross join lateral (select time as newest from group_row where group_id = g.id order by time desc offset %d limit 1) last
                                cross join lateral (select t.ctid as address from %s t where t.group_id = g.id
                                    and t.%s < greatest(last.newest, ?) - ? order by t.%s limit %d) o limit %d))"""
                        .formatted(table, STRAY, table, time, time, ROWS_OF_A_SERIES, ROWS))) {
            statement.setLong(1, Long.MIN_VALUE + nanos); // a group of the first hour of all times has nothing older
            statement.setLong(2, nanos);
            return statement.executeLargeUpdate();
        }
    }

    /**
     * Deletes rows of removed groups, and the groups that have none left, some of them; the number of rows.
     *
     * @return 0 once nothing is left
     */
    public static long removedGroups(Connection connection) throws SQLException {
        long rows = 0;
        for (String table : List.of("group_row", "group_anomaly")) {
            rows += execute(connection,
                    """
                            delete from %s where ctid = any (array(select o.address from series_group g
                                cross join lateral (select t.ctid as address from %s t where t.group_id = g.id limit %d) o where g.removed_at is not null))"""
                            .formatted(table, table, ROWS));
        }
        return rows > 0
                ? rows
                : execute(connection, "delete from series_group g where removed_at is not null"
                        + " and not exists (select from group_row where group_id = g.id) and not exists (select from group_anomaly where group_id = g.id)");
    }

    /** Deletes published dead letters of records of so long ago, some of them; the number of rows. */
    public static long deadLetters(Connection connection, Duration kept) throws SQLException {
        return delete(connection, """
                delete from dead_letter where ctid = any (array(
                    select ctid from dead_letter where published and record_time < now() - make_interval(secs => ?) limit %d))"""
                .formatted(ROWS), kept);
    }

    /** Deletes classification jobs that were finished so long ago, with their answers, some of them; the number of jobs. */
    public static long classifications(Connection connection, Duration kept) throws SQLException {
        return delete(connection, """
                delete from classification_job where id in (
                    select id from classification_job where finished_at < now() - make_interval(secs => ?) limit %d)""".formatted(JOBS),
                kept);
    }

    private static long delete(Connection connection, Array ids, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, ids);
            return statement.executeLargeUpdate();
        }
    }

    private static long delete(Connection connection, String sql, Duration kept) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setDouble(1, kept.toNanos() / 1e9);
            return statement.executeLargeUpdate();
        }
    }

    /**
     * Takes the right to delete for this connection, so that one of several services does; false if another has it. The connection is set to walk the
     * index of points in its order: a planner that takes all series for equally long reads one that is longer than the others whole.
     */
    public static boolean begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_try_advisory_lock(" + LOCK + ")")) {
            row.next();
            if (!row.getBoolean(1)) {
                return false;
            }
        }
        execute(connection, "set enable_bitmapscan = off");
        return true;
    }

    /** Gives it back, and the connection as it was. */
    public static void end(Connection connection) throws SQLException {
        execute(connection, "reset enable_bitmapscan");
        execute(connection, "select pg_advisory_unlock(" + LOCK + ")");
    }

    private static long execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql) ? 0 : statement.getLargeUpdateCount();
        }
    }
}
