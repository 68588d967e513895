package io.longwave.db.anomaly;

import io.longwave.db.series.TenantScope;
import io.longwave.db.point.StoredScore;
import io.longwave.series.SeriesKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads events, newest start first. */
public final class AnomalyQueries {
    private static final String ROWS = """
            select a.id, a.series_id, s.key, s.display, a.start_time, a.end_time, a.peak_time, a.peak_score, a.peak_value, a.expected, a.points,
                a.model, a.kind
            from anomaly a join series s on s.id = a.series_id where s.forgotten_at is null and\s""";

    private final JdbcClient jdbc;

    public AnomalyQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A page of events.
     *
     * @param after last event of the page before; null for the first page
     */
    public List<AnomalyRow> find(AnomalyFilter filter, @Nullable AnomalyPosition after, int limit) {
        // Conditions are written only when asked for, as that of the scope.
        Map<String, Object> parameters = new HashMap<>();
        StringBuilder where = new StringBuilder("true");
        if (!filter.series().isEmpty()) {
            where.append(" and a.series_id = any(:series)");
            parameters.put("series", filter.series().toArray(Long[]::new));
        }
        if (filter.fromNanos() != null) {
            where.append(" and (a.end_time is null or a.end_time >= :from)");
            parameters.put("from", filter.fromNanos());
        }
        if (filter.toNanos() != null) {
            where.append(" and a.start_time < :to");
            parameters.put("to", filter.toNanos());
        }
        if (filter.minScore() != null) {
            where.append(" and a.peak_score >= :minScore::real");
            parameters.put("minScore", filter.minScore());
        }
        if (after != null) {
            where.append(" and (a.start_time < :afterStart or a.start_time = :afterStart and a.id > :afterId)");
            parameters.put("afterStart", after.startNanos());
            parameters.put("afterId", after.id());
        }
        where.append(filter.scope().and("a.tenant", parameters));
        parameters.put("limit", limit);
        return jdbc.sql(ROWS + where + " order by a.start_time desc, a.id limit :limit").params(parameters).query(AnomalyQueries::row)
                .list();
    }

    /** One event. */
    public Optional<AnomalyRow> byId(TenantScope scope, String id) {
        Map<String, Object> parameters = new HashMap<>(Map.of("id", id));
        return jdbc.sql(ROWS + "a.id = :id" + scope.and("a.tenant", parameters)).params(parameters).query(AnomalyQueries::row).optional();
    }

    private static AnomalyRow row(ResultSet row, int number) throws SQLException {
        long end = row.getLong("end_time");
        Long endNanos = row.wasNull() ? null : end;
        return new AnomalyRow(row.getString("id"), row.getLong("series_id"), row.getString("key"), row.getString("display"),
                row.getLong("start_time"), endNanos,
                row.getLong("peak_time"), Objects.requireNonNull(StoredScore.of(row, "peak_score")), row.getDouble("peak_value"),
                row.getDouble("expected"),
                row.getInt("points"), row.getString("model"),
                Objects.requireNonNull(SeriesKind.ofText(row.getString("kind"))));
    }
}
