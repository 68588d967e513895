package io.longwave.db.series;

import io.longwave.series.KindDecision;
import io.longwave.series.SeriesKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said about the kinds of series; written by the stream only. */
public final class SeriesKinds {
    private SeriesKinds() {}

    /**
     * A decision about one series.
     *
     * @param since time of its newest sample when its kind changed; null if what was said did not change it
     */
    public record Change(long series, KindDecision decision, @Nullable Long since) {}

    /** Writes decisions in the caller's transaction. @param changes one for each series */
    public static void write(Connection connection, List<Change> changes) throws SQLException {
        if (changes.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                update series s set declared_kind = g.declared, chosen_kind = g.chosen, kind_since = coalesce(g.since, s.kind_since)
                from unnest(?::bigint[], ?::text[], ?::text[], ?::bigint[]) as g (id, declared, chosen, since) where s.id = g.id""")) {
            statement.setArray(1, connection.createArrayOf("bigint", changes.stream().map(Change::series).toArray()));
            statement.setArray(2,
                    connection.createArrayOf("text", changes.stream().map(change -> text(change.decision().declared())).toArray()));
            statement.setArray(3,
                    connection.createArrayOf("text", changes.stream().map(change -> text(change.decision().chosen())).toArray()));
            statement.setArray(4, connection.createArrayOf("bigint", changes.stream().map(Change::since).toArray()));
            statement.executeUpdate();
        }
    }

    private static @Nullable String text(@Nullable SeriesKind kind) {
        return kind == null ? null : kind.text();
    }
}
