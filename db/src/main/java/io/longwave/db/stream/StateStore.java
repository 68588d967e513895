package io.longwave.db.stream;

import io.longwave.db.model.ServingStore.Serving;
import io.longwave.db.point.PointHistory.History;
import io.longwave.series.KindDecision;
import io.longwave.series.SeriesKind;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checkpointed series states. */
public final class StateStore {
    // One statement, so that a state and the points after it are of one moment.
    private static final String SELECT = """
            select s.id, s.key, v.series_id is not null, v.model, v.watched, v.horizon,
                case when t.series_id is null then (select max(time) from point p where p.series_id = s.id) end,
                t.partition, t.as_of, t.epoch, t.model, t.format, t.profile, t.last_time, t.state,
                s.declared_kind, s.chosen_kind, unseen.times, unseen.seen_values
            from series s left join series_serving v on v.series_id = s.id left join series_state t on t.series_id = s.id
                left join lateral (select array_agg(p.time order by p.time) as times, array_agg(p.value order by p.time) as seen_values
                    from point p where p.series_id = s.id and p.time > t.last_time) unseen on true""";

    private StateStore() {}

    /** What is known of the given series; those that do not exist, or were forgotten, are left out. */
    public static List<StoredSeries> load(Connection connection, Collection<Long> seriesIds) throws SQLException {
        List<StoredSeries> found = new ArrayList<>(seriesIds.size());
        if (seriesIds.isEmpty()) {
            return found;
        }
        try (PreparedStatement statement = connection.prepareStatement(SELECT + " where s.id = any (?) and s.forgotten_at is null")) {
            statement.setArray(1, connection.createArrayOf("bigint", seriesIds.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(row(rows));
                }
            }
        }
        return found;
    }

    /** What is known of the series with this canonical key. */
    public static Optional<StoredSeries> find(Connection connection, String key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SELECT + " where s.key = ? and s.forgotten_at is null")) {
            statement.setString(1, key);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(row(rows)) : Optional.empty();
            }
        }
    }

    /**
     * Writes checkpoints in the caller's transaction.
     *
     * @return how many of them were written; one is refused when the series belongs to another partition
     */
    public static int save(Connection connection, Collection<StateRow> states) throws SQLException {
        if (states.isEmpty()) {
            return 0;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into series_state (series_id, partition, as_of, epoch, model, format, profile, last_time, state)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (series_id) do update set as_of = excluded.as_of, epoch = excluded.epoch, model = excluded.model,
                    format = excluded.format, profile = excluded.profile, last_time = excluded.last_time, state = excluded.state
                where series_state.partition = excluded.partition""")) {
            for (StateRow state : states) {
                statement.setLong(1, state.seriesId());
                statement.setInt(2, state.partition());
                statement.setLong(3, state.asOf());
                statement.setLong(4, state.epoch());
                statement.setString(5, state.model());
                statement.setInt(6, state.format());
                statement.setString(7, state.profile());
                statement.setLong(8, state.lastTime());
                statement.setBytes(9, state.state());
                statement.addBatch();
            }
            int written = 0;
            for (int rows : statement.executeBatch()) {
                // With rewriting of batches switched on in the driver the count per row is unknown.
                written += rows == Statement.SUCCESS_NO_INFO ? 1 : rows;
            }
            return written;
        }
    }

    private static StoredSeries row(ResultSet rows) throws SQLException {
        long id = rows.getLong(1);
        Serving serving = rows.getBoolean(3) ? new Serving(rows.getString(4), rows.getBoolean(5), rows.getInt(6)) : Serving.DEFAULT;
        Long lastPoint = rows.getObject(7, Long.class);
        KindDecision kind = new KindDecision(SeriesKind.ofText(rows.getString(16)), SeriesKind.ofText(rows.getString(17)));
        StateRow state = state(id, rows);
        History unseen = unseen(rows.getArray(18), rows.getArray(19));
        long lastTime = state == null
                ? Objects.requireNonNullElse(lastPoint, Long.MIN_VALUE)
                : unseen.times().length == 0 ? state.lastTime() : unseen.times()[unseen.times().length - 1];
        return new StoredSeries(id, rows.getString(2), kind, serving, lastTime, state, unseen);
    }

    private static History unseen(@Nullable Array times, @Nullable Array values) throws SQLException {
        if (times == null || values == null) {
            return History.NONE;
        }
        return new History(Arrays.stream((Long[]) times.getArray()).mapToLong(Long::longValue).toArray(),
                Arrays.stream((Double[]) values.getArray()).mapToDouble(Double::doubleValue).toArray());
    }

    private static @Nullable StateRow state(long seriesId, ResultSet rows) throws SQLException {
        byte[] state = rows.getBytes(15);
        return state == null
                ? null
                : new StateRow(seriesId, rows.getInt(8), rows.getLong(9), rows.getLong(10), rows.getString(11), rows.getInt(12),
                        rows.getString(13), rows.getLong(14), state);
    }
}
