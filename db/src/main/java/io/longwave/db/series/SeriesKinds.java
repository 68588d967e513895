package io.longwave.db.series;

import io.longwave.series.KindDecision;
import io.longwave.series.SeriesKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is said about the kinds of series; written by the stream only. */
public final class SeriesKinds {
    private SeriesKinds() {}

    /**
     * Writes decisions in the caller's transaction.
     *
     * @param kinds by the number of the series
     */
    public static void write(Connection connection, Map<Long, KindDecision> kinds) throws SQLException {
        if (kinds.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                update series s set declared_kind = g.declared, chosen_kind = g.chosen
                from unnest(?::bigint[], ?::text[], ?::text[]) as g (id, declared, chosen) where s.id = g.id""")) {
            statement.setArray(1, connection.createArrayOf("bigint", kinds.keySet().toArray()));
            statement.setArray(2, connection.createArrayOf("text", kinds.values().stream().map(kind -> text(kind.declared())).toArray()));
            statement.setArray(3, connection.createArrayOf("text", kinds.values().stream().map(kind -> text(kind.chosen())).toArray()));
            statement.executeUpdate();
        }
    }

    private static @Nullable String text(@Nullable SeriesKind kind) {
        return kind == null ? null : kind.text();
    }
}
