package io.longwave.db.deadletter;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Dead letters: written in the batch's transaction, published to Kafka afterwards. */
public final class DeadLetters {
    private DeadLetters() {}

    /** A dead letter that waits for its publication. */
    public record Pending(long id, DeadLetter letter) {}

    /** Writes in the caller's transaction; a letter that exists already, from a record that was read again, stays as it is. */
    public static void write(Connection connection, Collection<DeadLetter> letters) throws SQLException {
        if (letters.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into dead_letter (topic, partition, record_offset, item, reason, detail, payload, record_time)
                values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing""")) {
            for (DeadLetter letter : letters) {
                statement.setString(1, letter.topic());
                statement.setInt(2, letter.partition());
                statement.setLong(3, letter.recordOffset());
                statement.setInt(4, letter.item());
                statement.setString(5, letter.reason());
                // A text column cannot hold NUL, and the detail may quote what came in.
                statement.setString(6, letter.detail().replace('\0', '\uFFFD'));
                statement.setBytes(7, letter.payload());
                statement.setObject(8, letter.recordTime().atOffset(ZoneOffset.UTC));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** The oldest unpublished letters; each is locked for the caller's transaction, those locked by another publisher are skipped. */
    public static List<Pending> lockUnpublished(Connection connection, int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select id, topic, partition, record_offset, item, reason, detail, payload, record_time from dead_letter
                where not published order by id limit ? for update skip locked""")) {
            statement.setInt(1, limit);
            List<Pending> pending = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    pending.add(new Pending(rows.getLong(1),
                            new DeadLetter(rows.getString(2), rows.getInt(3), rows.getLong(4), rows.getInt(5), rows.getString(6),
                                    rows.getString(7), rows.getBytes(8), rows.getObject(9, OffsetDateTime.class).toInstant())));
                }
            }
            return pending;
        }
    }

    /** Marks letters as published, in the caller's transaction. */
    public static void markPublished(Connection connection, Collection<Pending> letters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("update dead_letter set published = true where id = any (?)")) {
            statement.setArray(1, connection.createArrayOf("bigint", letters.stream().map(Pending::id).toArray()));
            statement.executeUpdate();
        }
    }
}
