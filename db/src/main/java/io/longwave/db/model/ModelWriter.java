package io.longwave.db.model;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Keeps the table of models in step with the model store. */
public final class ModelWriter {
    private ModelWriter() {}

    /**
     * One model of the store.
     *
     * @param config JSON object
     * @param metrics JSON object, numbers by name
     * @param data JSON object, fingerprint of the training data
     * @param path of its checkpoint, relative to the store
     */
    public record Entry(String id, String family, String task, String config, String metrics, String data, @Nullable Long seed,
            String path, Instant createdAt) {}

    /** Writes these models in the caller's transaction; all others of the table become unavailable, and stay as history. */
    public static void replace(Connection connection, Collection<Entry> models) throws SQLException {
        try (PreparedStatement gone = connection.prepareStatement("update model set available = false where available and id <> all (?)")) {
            gone.setArray(1, connection.createArrayOf("text", models.stream().map(Entry::id).toArray()));
            gone.executeUpdate();
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into model (id, family, task, config, metrics, data, seed, path, created_at, available)
                values (?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, ?, ?, ?, true)
                on conflict (id) do update set family = excluded.family, task = excluded.task, config = excluded.config,
                    metrics = excluded.metrics, data = excluded.data, seed = excluded.seed, path = excluded.path,
                    created_at = excluded.created_at, available = true""")) {
            for (Entry model : models) {
                statement.setString(1, model.id());
                statement.setString(2, model.family());
                statement.setString(3, model.task());
                statement.setString(4, model.config());
                statement.setString(5, model.metrics());
                statement.setString(6, model.data());
                statement.setObject(7, model.seed(), Types.BIGINT);
                statement.setString(8, model.path());
                statement.setObject(9, model.createdAt().atOffset(ZoneOffset.UTC));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
