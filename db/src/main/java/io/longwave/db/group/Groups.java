package io.longwave.db.group;

import io.longwave.series.SeriesKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The work that groups are: whoever holds the lock of a group reads the points of its members, judges the next rows and writes what came of them together with the state they left. Methods run in the caller's
 * transaction, so each row is judged once, whoever is killed when.
 */
public final class Groups {
    private static final String MEMBERS = """
            from group_member m join series s on s.key = m.key and s.forgotten_at is null
                join point p on p.series_id = s.id and p.time >= :start""";

    /** Between two statements a model judges rows. */
    private static final String LONGEST_PASS = "5min";

    private final JdbcClient jdbc;

    public Groups(JdbcClient jdbc) {
        this.jdbc = jdbc;
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
     * @param kind of its values; a gauge where there is no such series now
     * @param newest time of its newest point, nanoseconds since the epoch; {@link Long#MIN_VALUE} if it has none or there is no such series now
     */
    public record Member(String key, SeriesKind kind, long newest) {}

    /** A new group, or false if its name is taken. */
    public boolean create(Definition group) {
        Optional<Long> id = jdbc.sql("""
                insert into series_group (name, model, columns, step, phase, next_row, scored_from) values (?, ?, ?, ?, ?, ?, ?)
                on conflict do nothing returning id""")
                .params(group.name, group.model, group.columns.toArray(String[]::new), group.grid.stepNanos(), group.grid.phaseNanos(),
                        group.nextRow, group.scoredFrom)
                .query(Long.class).optional();
        id.ifPresent(made -> jdbc.sql("""
                insert into group_member (group_id, ordinal, key)
                select ?, n - 1, key from unnest(?::text[]) with ordinality as members (key, n)""")
                .params(made, group.keys.toArray(String[]::new)).update());
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
    public boolean remove(String name) {
        return jdbc.sql("update series_group set removed_at = now(), state = null where name = ? and removed_at is null").param(name)
                .update() == 1;
    }

    /** The living group of this name, locked until the transaction ends. */
    public Optional<Group> locked(String name) {
        return jdbc.sql(group("name = ? and removed_at is null for no key update")).param(name).query(Groups::read).optional();
    }

    /** The living group of this name. */
    public Optional<Group> find(String name) {
        return jdbc.sql(group("name = ? and removed_at is null")).param(name).query(Groups::read).optional();
    }

    /** A living group, locked until the transaction ends; empty if another transaction has it. A process that hangs meanwhile must not keep it. */
    public Optional<Group> take(long id) {
        jdbc.sql("select set_config('idle_in_transaction_session_timeout', '" + LONGEST_PASS + "', true)").query(String.class).single();
        return jdbc.sql(group("id = ? and removed_at is null for no key update skip locked")).param(id).query(Groups::read).optional();
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

    /** The series of a group, in the order of its columns. */
    public List<Member> members(long id) {
        return jdbc
                .sql("""
                        select m.key, s.kind, (select max(time) from point where series_id = s.id) as newest
                        from group_member m left join series s on s.key = m.key and s.forgotten_at is null where m.group_id = ? order by m.ordinal""")
                .param(id).query(Groups::member).list();
    }

    /** The same of series that are no group yet; those that do not exist are left out. */
    public List<Member> members(List<String> keys) {
        return jdbc
                .sql("""
                        select s.key, s.kind, (select max(time) from point where series_id = s.id) as newest
                        from unnest(?::text[]) with ordinality as asked (key, n) join series s on s.key = asked.key and s.forgotten_at is null order by n""")
                .param(keys.toArray(String[]::new))
                .query(Groups::member).list();
    }

    private static Member member(ResultSet row, int number) throws SQLException {
        SeriesKind kind = SeriesKind.ofText(row.getString("kind"));
        String key = row.getString("key");
        long newest = row.getLong("newest");
        return new Member(key, kind == null ? SeriesKind.GAUGE : kind, row.wasNull() ? Long.MIN_VALUE : newest);
    }

    /** Usual distance of the points of a series, the median of the newest few; empty if it has not two. */
    public OptionalLong usualStep(String key) {
        return jdbc.sql("""
                select percentile_disc(0.5) within group (order by distance) from (
                    select time - lag(time) over (order by time) as distance from (
                        select time from point where series_id = (select id from series where key = ? and forgotten_at is null)
                        order by time desc limit 10) newest) distances""")
                .param(key).query(Groups::orNone).single();
    }

    private static OptionalLong orNone(ResultSet row, int number) throws SQLException {
        long value = row.getLong(1);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** First time of any point of the group from this one on. */
    public OptionalLong nextTime(long id, long from) {
        return jdbc
                .sql("select min(p.first) from group_member m join series s on s.key = m.key and s.forgotten_at is null cross join lateral "
                        + "(select min(time) as first from point where series_id = s.id and time >= :start) p where m.group_id = :id")
                .param("id", id).param("start", from).query(Groups::orNone).single();
    }

    /**
     * Values of rows: of each series the last one of a row, as its own model sees it: of a counter the rate since the value before.
     *
     * @param members V, how many series the group has
     * @return [count][V]; NaN where there is none
     */
    public double[][] values(Group group, int members, long first, int count) {
        double[][] rows = new double[count][members];
        for (double[] row : rows) {
            Arrays.fill(row, Double.NaN);
        }
        long start = group.grid.start(first);
        jdbc.sql(
                "select distinct on (ordinal, number) ordinal, number, value from (select m.ordinal, (p.time - :start) / :step as number, p.time,"
                        + " case s.kind when 'counter' then counter_rate(b.time, b.value, p.time, p.value) else p.value end as value "
                        + MEMBERS
                        + " and p.time < :end left join lateral (select time, value from point q where s.kind = 'counter' and q.series_id = p.series_id"
                        + " and q.time < p.time order by time desc limit 1) b on true where m.group_id = :id) seen"
                        + " order by ordinal, number, time desc")
                .param("id", group.id).param("start", start).param("step", group.grid.stepNanos())
                .param("end", group.grid.start(first + count)).query(row -> {
                    double value = row.getDouble("value");
                    if (!row.wasNull() && Double.isFinite(value)) {
                        rows[(int) row.getLong("number")][row.getInt("ordinal")] = value;
                    }
                });
        return rows;
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
        for (NewRow row : rows) {
            jdbc.sql("insert into group_row (group_id, time, score, expected, contribution, model) values (?, ?, ?, ?, ?, ?)")
                    .params(id, row.time, (float) row.score, boxed(row.expected), boxedFloats(row.contribution), model).update();
        }
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
                        unboxed((Float[]) row.getArray("contribution").getArray()), row.getInt("points"), row.getInt("calm")))
                .optional();
    }

    /** Writes an anomaly, new or known. */
    public void write(long group, Anomaly anomaly) {
        jdbc.sql(
                """
                        insert into group_anomaly (id, group_id, model, start_time, last_time, end_time, peak_time, peak_score, contribution, points, calm)
                        values (:id, :group, :model, :start, :last, :end, :peak, :score, :contribution, :points, :calm)
                        on conflict (id) do update set last_time = excluded.last_time, end_time = excluded.end_time, peak_time = excluded.peak_time,
                            peak_score = excluded.peak_score, contribution = excluded.contribution, points = excluded.points, calm = excluded.calm""")
                .param("id", anomaly.id).param("group", group).param("model", anomaly.model).param("start", anomaly.startTime)
                .param("last", anomaly.lastTime).param("end", anomaly.endTime, Types.BIGINT).param("peak", anomaly.peakTime)
                .param("score", (float) anomaly.peakScore).param("contribution", boxedFloats(anomaly.contribution))
                .param("points", anomaly.points).param("calm", anomaly.calm).update();
    }

    /** Goes on to a row, with the state that the rows before it left. */
    public void advance(long id, long nextRow, int format, byte[] state) {
        jdbc.sql("update series_group set next_row = ?, revision = revision + 1, format = ?, state = ?, problem = null where id = ?")
                .params(nextRow, format, state, id).update();
    }

    /** Says why a group does not go on. @param problem what was expected and what was found */
    public void problem(long id, String problem) {
        // A text column cannot hold NUL, and a problem may quote what came in.
        jdbc.sql("update series_group set problem = ? where id = ? and problem is distinct from ?")
                .params(problem.replace('\0', '\uFFFD'), id, problem.replace('\0', '\uFFFD')).update();
    }

    private static String group(String condition) {
        return "select id, name, model, step, phase, next_row, scored_from, revision from series_group where "
                + condition;
    }

    private static Group read(ResultSet row, int number) throws SQLException {
        return new Group(row.getLong("id"), row.getString("name"), row.getString("model"),
                new RowGrid(row.getLong("step"), row.getLong("phase")), row.getLong("next_row"), row.getLong("scored_from"),
                row.getLong("revision"));
    }

    private static @Nullable Double[] boxed(double[] values) {
        return Arrays.stream(values).mapToObj(value -> Double.isNaN(value) ? null : (Double) value).toArray(Double[]::new);
    }

    private static @Nullable Float[] boxedFloats(double[] values) {
        return Arrays.stream(values).mapToObj(value -> Double.isNaN(value) ? null : (Float) (float) value).toArray(Float[]::new);
    }

    private static double[] unboxed(@Nullable Float[] values) {
        List<Double> doubles = new ArrayList<>();
        for (Float value : values) {
            doubles.add(value == null ? Double.NaN : (double) value);
        }
        return doubles.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
