package io.longwave.db.group;

import io.longwave.db.point.RowGrid;
import io.longwave.db.point.RowQueries;
import io.longwave.series.SeriesKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The work that groups are: whoever holds the lock of a group reads the points of its members, judges the next rows and writes what came of them together with the state they left. Methods run in the caller's
 * transaction, so each row is judged once, whoever is killed when.
 */
public final class Groups {
    /** Between two statements a model judges rows; a process that hangs meanwhile must not keep its group. */
    private static final String LONGEST_PASS = "5min";
    /** Longest wait for a group that is being judged. */
    private static final String LONGEST_WAIT = "5s";

    private static final String GROUP = "select id, name, model, step, phase, next_row, scored_from, revision from series_group where ";
    private static final String LIVING = "id = ? and removed_at is null";
    private static final String NAMED = "name = ? collate \"C\" and removed_at is null";
    /** Of a series {@code s}. */
    private static final String NEWEST = """
            (select max(time) from point where series_id = s.id) as newest,
            (select time from point where series_id = s.id order by time desc offset :behind limit 1) as settled""";
    private static final String DISTANCE = RowQueries.usualDistance("s.id") + " as distance";
    private static final String ASKED = " from unnest(:keys::text[]) with ordinality as asked (key, n) join series s on s.key = asked.key and s.forgotten_at is null";

    private final JdbcClient jdbc;
    private final RowQueries rows;

    public Groups(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.rows = new RowQueries(jdbc);
    }

    /**
     * What a group is to be.
     *
     * @param columns of the model
     * @param keys canonical series keys, one for each column
     * @param nextRow first row that is judged
     * @param scoredFrom first row that is stored
     */
    public record Definition(String name, String model, List<String> columns, List<String> keys, RowGrid grid, long nextRow,
            long scoredFrom) {
        public Definition {
            columns = List.copyOf(columns);
            keys = List.copyOf(keys);
        }
    }

    /**
     * A group as its last transaction left it.
     *
     * @param revision of the state; 0 before the first
     */
    public record Group(long id, String name, String model, RowGrid grid, long nextRow, long scoredFrom, long revision) {}

    /**
     * One series of a group.
     *
     * @param id of the series; 0 where there is none now
     * @param kind of its values; a gauge where there is no such series now
     * @param newest time of its newest point, nanoseconds since the epoch; {@link Long#MIN_VALUE} if it has none or there is no such series now
     * @param settled the same of a point a few before it
     * @param distance usual one of its points when it joined; 0 if that is not known
     */
    public record Member(String key, long id, SeriesKind kind, long newest, long settled, long distance) {}

    /** A new group, or false if its name is taken. */
    public boolean create(Definition group) {
        Optional<Long> id = jdbc.sql("""
                insert into series_group (name, model, columns, step, phase, next_row, scored_from) values (?, ?, ?, ?, ?, ?, ?)
                on conflict do nothing returning id""")
                .params(group.name, group.model, group.columns.toArray(String[]::new), group.grid.stepNanos(), group.grid.phaseNanos(),
                        group.nextRow, group.scoredFrom)
                .query(Long.class).optional();
        id.ifPresent(made -> jdbc
                .sql("insert into group_member (group_id, ordinal, key, distance) select :id, n - 1, asked.key, " + DISTANCE + ASKED)
                .param("id", made).param("keys", group.keys.toArray(String[]::new)).update());
        return id.isPresent();
    }

    /** Another model goes on from the next row; it warms up on those before. @param warmUp how many */
    public void handOver(long id, String model, List<String> columns, int warmUp) {
        jdbc.sql(
                """
                        update series_group set model = ?, columns = ?, scored_from = greatest(scored_from, next_row), next_row = next_row - ?, revision = revision + 1,
                            state = null, format = null, problem = null where id = ?""")
                .params(model, columns.toArray(String[]::new), warmUp, id).update();
        jdbc.sql("update group_anomaly set end_time = last_time where group_id = ? and end_time is null").param(id).update();
    }

    /** Lets go of the name at once; false if there is no such group. */
    public boolean remove(long id) {
        waitNoLonger();
        return jdbc.sql("update series_group set removed_at = now(), state = null where " + LIVING).param(id).update() == 1;
    }

    /** The living group of this name, locked until the transaction ends. */
    public Optional<Group> locked(String name) {
        waitNoLonger();
        return jdbc.sql(GROUP + NAMED + " for no key update").param(name).query(Groups::group).optional();
    }

    /** The living group of this name. */
    public Optional<Group> find(String name) {
        return jdbc.sql(GROUP + NAMED).param(name).query(Groups::group).optional();
    }

    /** A living group. */
    public Optional<Group> find(long id) {
        return jdbc.sql(GROUP + LIVING).param(id).query(Groups::group).optional();
    }

    /** A living group, locked until the transaction ends; empty if another transaction has it. */
    public Optional<Group> take(long id) {
        setting("idle_in_transaction_session_timeout", LONGEST_PASS);
        return jdbc.sql(GROUP + LIVING + " for no key update skip locked").param(id).query(Groups::group).optional();
    }

    /** Living groups. */
    public List<Long> ids() {
        return jdbc.sql("select id from series_group where removed_at is null order by id").query((row, _) -> row.getLong(1)).list();
    }

    /**
     * What the rows so far have left.
     *
     * @param nextRow the first row it has not seen
     * @param bytes owned by the receiver
     */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    public record State(String model, long nextRow, byte[] bytes) {}

    /** The state, if there is one of this format. */
    public Optional<State> state(long id, int format) {
        return jdbc.sql("select model, next_row, state from series_group where id = ? and format = ? and state is not null")
                .params(id, format)
                .query((row, _) -> new State(row.getString("model"), row.getLong("next_row"), row.getBytes("state"))).optional();
    }

    /**
     * The series of a group, in the order of its columns.
     *
     * @param behind how many points before the newest one {@link Member#settled} is
     */
    public List<Member> members(long id, int behind) {
        return jdbc.sql("select m.key, s.id, s.kind, m.distance, " + NEWEST
                + " from group_member m left join series s on s.key = m.key and s.forgotten_at is null where m.group_id = :id order by m.ordinal")
                .param("id", id).param("behind", behind).query(Groups::member).list();
    }

    /** The same of series that are no group yet; those that do not exist are left out. */
    public List<Member> members(List<String> keys, int behind) {
        return jdbc.sql("select s.key, s.id, s.kind, " + DISTANCE + ", " + NEWEST + ASKED + " order by n")
                .param("keys", keys.toArray(String[]::new)).param("behind", behind).query(Groups::member).list();
    }

    /** First time of any point of the group from this one on. */
    public OptionalLong nextTime(long id, long from) {
        return jdbc
                .sql("""
                        select min(p.first) from group_member m join series s on s.key = m.key and s.forgotten_at is null
                            cross join lateral (select min(time) as first from point where series_id = s.id and time >= :start) p where m.group_id = :id""")
                .param("id", id).param("start", from).query((row, _) -> {
                    long time = row.getLong(1);
                    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(time);
                }).single();
    }

    /**
     * Values of rows.
     *
     * @param members V series, the group's
     * @return [count][V]; NaN where there is none
     */
    public double[][] values(Group group, List<Member> members, long first, int count) {
        return rows.values(group.grid, members.stream().map(member -> new RowQueries.Column(member.id, member.kind)).toList(), first,
                count);
    }

    /**
     * A judged row.
     *
     * @param expected [V]; NaN where a series had no value
     * @param contribution [V]; NaN where a series had no value
     */
    @SuppressWarnings("ArrayRecordComponent") // written, never compared
    public record NewRow(long time, double score, double[] expected, double[] contribution) {}

    /** Writes judged rows. */
    public void write(long id, String model, List<NewRow> rows) {
        // An array that is unnested gives numbers, not arrays, so each travels as its text.
        jdbc.sql(
                """
                        insert into group_row (group_id, time, score, expected, contribution, model)
                        select :id, time, score, expected::float8[], contribution::real[], :model
                        from unnest(:times::bigint[], :scores::real[], :expected::text[], :contributions::text[]) as rows (time, score, expected, contribution)""")
                .param("id", id).param("model", model).param("times", rows.stream().map(NewRow::time).toArray(Long[]::new))
                .param("scores", rows.stream().map(row -> (float) row.score).toArray(Float[]::new))
                .param("expected", rows.stream().map(row -> text(row.expected)).toArray(String[]::new))
                .param("contributions", rows.stream().map(row -> text(shares(row.contribution))).toArray(String[]::new)).update();
    }

    /**
     * An anomaly of a group, as an incident of its stream keeps it.
     *
     * @param endTime null while it lasts
     * @param contribution [V] at the peak; NaN where a series had no value
     */
    @SuppressWarnings("ArrayRecordComponent") // written, never compared
    public record Anomaly(String id, String model, long startTime, long lastTime, @Nullable Long endTime, long peakTime, double peakScore,
            double[] contribution, int points, int calm) {}

    /** The anomaly that lasts. */
    public Optional<Anomaly> lasting(long group) {
        return jdbc.sql("""
                select id, model, start_time, last_time, peak_time, peak_score, contribution, points, calm
                from group_anomaly where group_id = ? and end_time is null""").param(group)
                .query((row, _) -> new Anomaly(row.getString("id"), row.getString("model"), row.getLong("start_time"),
                        row.getLong("last_time"), null, row.getLong("peak_time"), row.getDouble("peak_score"),
                        numbers((Float[]) row.getArray("contribution").getArray()), row.getInt("points"), row.getInt("calm")))
                .optional();
    }

    /** Writes an anomaly, new or known. */
    public void write(long group, Anomaly anomaly) {
        jdbc.sql(
                """
                        insert into group_anomaly (id, group_id, model, start_time, last_time, end_time, peak_time, peak_score, contribution, points, calm)
                        values (:id, :group, :model, :start, :last, :end, :peak, :score, :contribution::real[], :points, :calm)
                        on conflict (id) do update set last_time = excluded.last_time, end_time = excluded.end_time, peak_time = excluded.peak_time,
                            peak_score = excluded.peak_score, contribution = excluded.contribution, points = excluded.points, calm = excluded.calm""")
                .param("id", anomaly.id).param("group", group).param("model", anomaly.model).param("start", anomaly.startTime)
                .param("last", anomaly.lastTime).param("end", anomaly.endTime, Types.BIGINT).param("peak", anomaly.peakTime)
                .param("score", anomaly.peakScore).param("contribution", text(shares(anomaly.contribution)))
                .param("points", anomaly.points).param("calm", anomaly.calm).update();
    }

    /** Goes on to a row, with the state that the rows before it left. */
    public void advance(long id, long nextRow, int format, byte[] state) {
        jdbc.sql("update series_group set next_row = ?, revision = revision + 1, format = ?, state = ?, problem = null where id = ?")
                .params(nextRow, format, state, id).update();
    }

    /** Says why a group does not go on, unless it has gone on since. @param problem what was expected and what was found */
    public void problem(Group group, String problem) {
        waitNoLonger();
        // A text column cannot hold NUL, and a problem may quote what came in.
        String text = problem.replace('\0', '\uFFFD');
        jdbc.sql("update series_group set problem = ? where id = ? and revision = ? and problem is distinct from ?")
                .params(text, group.id, group.revision, text).update();
    }

    /** Whoever asks for a group that is being judged may ask again. */
    private void waitNoLonger() {
        setting("lock_timeout", LONGEST_WAIT);
    }

    /** Until the transaction ends. */
    private void setting(String name, String value) {
        jdbc.sql("select set_config(?, ?, true)").params(name, value).query(String.class).single();
    }

    private static Group group(ResultSet row, int number) throws SQLException {
        return new Group(row.getLong("id"), row.getString("name"), row.getString("model"),
                new RowGrid(row.getLong("step"), row.getLong("phase")), row.getLong("next_row"), row.getLong("scored_from"),
                row.getLong("revision"));
    }

    private static Member member(ResultSet row, int number) throws SQLException {
        SeriesKind kind = SeriesKind.ofText(row.getString("kind"));
        return new Member(row.getString("key"), row.getLong("id"), kind == null ? SeriesKind.GAUGE : kind,
                number(row, "newest", Long.MIN_VALUE),
                number(row, "settled", Long.MIN_VALUE), number(row, "distance", 0));
    }

    private static long number(ResultSet row, String column, long none) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? none : number;
    }

    private static String text(double[] values) {
        return Arrays.stream(values).mapToObj(value -> Double.isNaN(value) ? "null" : Double.toString(value))
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** In millionths: a smaller one says nothing, and may be too small for 32 bits, which PostgreSQL refuses. */
    private static double[] shares(double[] values) {
        return Arrays.stream(values).map(value -> Double.isNaN(value) ? value : Math.rint(value * 1e6) / 1e6).toArray();
    }

    private static double[] numbers(@Nullable Float[] values) {
        return Arrays.stream(values).mapToDouble(value -> value == null ? Double.NaN : value).toArray();
    }
}
