package io.longwave.db.model;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the registry of stored models. */
public final class ModelQueries {
    private static final String ROWS = """
            select m.id, m.family, m.task, m.config, m.metrics, m.data, m.seed, m.created_at, m.available,
                (select count(*) from series_serving v where v.model = m.id) as promoted
            from model m\s""";

    private final JdbcClient jdbc;

    public ModelQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The newest models first. */
    public List<ModelRow> newest(int limit) {
        return jdbc.sql(ROWS + "order by m.created_at desc, m.id limit :limit").param("limit", limit).query(ModelQueries::row).list();
    }

    /** One model. */
    public Optional<ModelRow> byId(String id) {
        return jdbc.sql(ROWS + "where m.id = :id").param("id", id).query(ModelQueries::row).optional();
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
