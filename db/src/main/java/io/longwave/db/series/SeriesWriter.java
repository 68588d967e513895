package io.longwave.db.series;

import io.longwave.series.SeriesKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives series their numbers. */
public final class SeriesWriter {
    // One round trip, whether the series exist or not. A row that another transaction inserted meanwhile is in neither branch; the
    // caller asks again for what is missing.
    private static final String RESOLVE = """
            with given (key, tenant, bucket, measurement, tags, field, display) as (
                select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])),
            added as (
                insert into series (key, tenant, bucket, measurement, tags, field, display)
                select g.key, g.tenant, g.bucket, g.measurement, g.tags::jsonb, g.field, g.display from given g
                where not exists (select from series s where s.key = g.key and s.forgotten_at is null)
                on conflict (key) where forgotten_at is null do nothing returning id, key)
            select id, key from added union all select s.id, s.key from series s join given g on g.key = s.key
            where s.forgotten_at is null""";

    private SeriesWriter() {}

    /**
     * Numbers of all given series; those not yet known are inserted in the caller's transaction.
     *
     * @return a number for each key
     */
    public static Map<SeriesKey, Long> resolve(Connection connection, Collection<SeriesKey> keys) throws SQLException {
        Map<SeriesKey, Long> ids = new HashMap<>();
        if (keys.isEmpty()) {
            return ids;
        }
        // One order in all transactions, so that two of them that add the same series wait for each other instead of deadlocking.
        List<SeriesKey> missing = new ArrayList<>(keys);
        missing.sort(Comparator.comparing(SeriesKey::canonical));
        Map<String, SeriesKey> byText = new HashMap<>();
        missing.forEach(key -> byText.put(key.canonical(), key));
        while (!missing.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(RESOLVE)) {
                statement.setArray(1, texts(connection, missing, SeriesKey::canonical));
                statement.setArray(2, texts(connection, missing, SeriesKey::tenant));
                statement.setArray(3, texts(connection, missing, SeriesKey::bucket));
                statement.setArray(4, texts(connection, missing, SeriesKey::measurement));
                statement.setArray(5, texts(connection, missing, key -> json(key.tags())));
                statement.setArray(6, texts(connection, missing, SeriesKey::field));
                statement.setArray(7, texts(connection, missing, SeriesKey::displayName));
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        ids.put(byText.get(rows.getString(2)), rows.getLong(1));
                    }
                }
            }
            missing.removeIf(ids::containsKey);
        }
        return ids;
    }

    private static java.sql.Array texts(Connection connection, List<SeriesKey> keys, java.util.function.Function<SeriesKey, String> part)
            throws SQLException {
        return connection.createArrayOf("text", keys.stream().map(part).toArray());
    }

    /** Keys hold no control characters, so quotes and backslashes are all that JSON needs escaped. */
    private static String json(Map<String, String> tags) {
        StringBuilder json = new StringBuilder("{");
        tags.forEach((key, value) -> {
            if (json.length() > 1) {
                json.append(',');
            }
            quote(json, key);
            json.append(':');
            quote(json, value);
        });
        return json.append('}').toString();
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"').append(text.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
}
