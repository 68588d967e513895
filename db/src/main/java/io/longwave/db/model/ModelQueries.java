package io.longwave.db.model;

import io.longwave.db.series.TenantScope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the registry of stored models. */
public final class ModelQueries {
    private static final String ROWS = """
            select m.id, m.family, m.task, m.config, m.metrics, m.data, m.seed, m.created_at, m.available,
                (select count(*) from series_serving v where v.model = m.id%s) as promoted
            from model m where\s""";

    private final JdbcClient jdbc;

    public ModelQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The newest models first.
     *
     * @param scope whose series are counted; models are everybody's
     */
    public List<ModelRow> newest(TenantScope scope, int limit) {
        return rows(scope, "true order by m.created_at desc, m.id limit :limit", Map.of("limit", limit)).list();
    }

    /**
     * One model.
     *
     * @param scope whose series are counted
     */
    public Optional<ModelRow> byId(TenantScope scope, String id) {
        return rows(scope, "m.id = :id", Map.of("id", id)).optional();
    }

    private JdbcClient.MappedQuerySpec<ModelRow> rows(TenantScope scope, String which, Map<String, Object> asked) {
        Map<String, Object> parameters = new HashMap<>(asked);
        String counted = scope.and("(select tenant from series where id = v.series_id)", parameters);
        return jdbc.sql(ROWS.formatted(counted) + which).params(parameters).query(ModelQueries::row);
    }

    private static ModelRow row(ResultSet row, int number) throws SQLException {
        long seed = row.getLong("seed");
        Long nullableSeed = row.wasNull() ? null : seed;
        return new ModelRow(row.getString("id"), row.getString("family"), row.getString("task"), row.getString("config"),
                row.getString("metrics"), row.getString("data"), nullableSeed,
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getBoolean("available"), row.getLong("promoted"));
    }
}
