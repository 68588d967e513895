package io.longwave.db.retention;

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
        POINTS("point", "time"),
        FORECASTS("forecast", "issued_at"),
        /** Those that have ended. */
        ANOMALIES("anomaly", "end_time");

        private final String table;
        private final String sql;

        OfSeries(String table, String time) {
            this.table = table;
            // An array of row addresses: joined with them as a table, the planner may read the whole other one.
            sql = """
                    with batch as (select id from series where id > ? order by id limit %d),
                        old as (select o.address from batch
                            cross join lateral (select time as newest from point where series_id = batch.id
                                order by time desc offset %d limit 1) last
                            cross join lateral (select t.ctid as address from %s t where t.series_id = batch.id
                                and t.%s < greatest(last.newest, ?) - ? order by t.%s limit %d) o),
                        gone as (delete from %s where ctid = any (array(select address from old)) returning 1)
                    select (select max(id) from batch), (select count(*) from gone)""".formatted(SERIES, STRAY, table, time, time,
                    ROWS_OF_A_SERIES,
                    table);
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
        for (OfSeries what : OfSeries.values()) {
            long rows = delete(connection, """
                    delete from %s where ctid = any (array(select t.ctid from series s join %s t on t.series_id = s.id
                        where s.forgotten_at is not null limit %d))""".formatted(what.table, what.table, ROWS));
            if (rows > 0) {
                return rows;
            }
        }
        return delete(connection,
                "delete from series where id in (select id from series where forgotten_at is not null limit " + ROWS + ")");
    }

    /**
     * A series that was not written for long.
     *
     * @param lastTime of its newest sample, nanoseconds since the epoch
     */
    public record Silent(long id, String key, long lastTime) {}

    /**
     * Series whose newest sample lies so long before now, some of them.
     *
     * @param after the last one of those before, or 0
     * @return in the order of their numbers; empty once there are no more
     */
    public static List<Silent> silent(Connection connection, long after, Duration time) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select s.id, s.key, l.last_time from series s left join series_state t on t.series_id = s.id
                    cross join lateral (select coalesce(t.last_time, (select max(time) from point where series_id = s.id)) as last_time) l
                where s.id > ? and s.forgotten_at is null and l.last_time < (extract(epoch from now()) * 1000000000)::bigint - ?
                order by s.id limit %d""".formatted(ROWS_OF_A_SERIES))) {
            statement.setLong(1, after);
            statement.setLong(2, time.toNanos());
            List<Silent> silent = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    silent.add(new Silent(rows.getLong(1), rows.getString(2), rows.getLong(3)));
                }
            }
            return silent;
        }
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

    private static long delete(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
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

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
