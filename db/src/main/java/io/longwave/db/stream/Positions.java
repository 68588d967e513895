package io.longwave.db.stream;

import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The consumer's position in each partition; the only place where offsets are kept. */
public final class Positions {
    private Positions() {}

    /**
     * A position as read or claimed.
     *
     * @param epoch raised by every claim; a batch commits only under the epoch it was polled in
     * @param nextOffset offset of the first record that is not in the database
     */
    public record Position(long epoch, long nextOffset) {}

    /** True if the database knows this topic name and partition as those of another topic, and not as those of this one: the topic was made again, or the cluster is another. */
    public static boolean knownOfAnotherTopic(Connection connection, StreamPartition partition) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                        select count(*) > 0 and not bool_or((cluster_id, topic_id) = (?, ?)) from stream_position where topic = ? and partition = ?""")) {
            statement.setString(1, partition.clusterId());
            statement.setString(2, partition.topicId());
            statement.setString(3, partition.topic());
            statement.setInt(4, partition.partition());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getBoolean(1);
            }
        }
    }

    /**
     * Takes the partition over: from now on no batch of an earlier owner can commit. Waits for a transaction of the earlier owner to end.
     *
     * @param initialOffset where a partition that was never read begins
     * @param owner URL under which other services reach whoever claims; null if it is not known
     */
    public static Position claim(Connection connection, StreamPartition partition, long initialOffset, @Nullable URI owner)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into stream_position (cluster_id, topic_id, partition, topic, epoch, next_offset) values (?, ?, ?, ?, 0, ?)
                on conflict do nothing""")) {
            insert.setString(1, partition.clusterId());
            insert.setString(2, partition.topicId());
            insert.setInt(3, partition.partition());
            insert.setString(4, partition.topic());
            insert.setLong(5, initialOffset);
            insert.executeUpdate();
        }
        try (PreparedStatement update = connection.prepareStatement("""
                update stream_position set epoch = epoch + 1, owner = ?, claimed_at = now()
                where cluster_id = ? and topic_id = ? and partition = ? returning epoch, next_offset""")) {
            update.setString(1, owner == null ? null : owner.toString());
            key(update, 2, partition);
            try (ResultSet rows = update.executeQuery()) {
                rows.next();
                return new Position(rows.getLong(1), rows.getLong(2));
            }
        }
    }

    /**
     * Moves the position if nobody else did: the compare-and-set that makes a batch happen once.
     *
     * @return false if the position is not what was expected; nothing is changed then
     */
    public static boolean advance(Connection connection, StreamPartition partition, Position expected, long nextOffset)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                update stream_position set next_offset = ?
                where cluster_id = ? and topic_id = ? and partition = ? and epoch = ? and next_offset = ?""")) {
            statement.setLong(1, nextOffset);
            key(statement, 2, partition);
            statement.setLong(5, expected.epoch());
            statement.setLong(6, expected.nextOffset());
            return statement.executeUpdate() == 1;
        }
    }

    /** Where whoever claimed the partition last is reached; it may have stopped since. */
    public static Optional<URI> owner(Connection connection, String topic, int partition) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select owner from stream_position where topic = ? and partition = ? order by claimed_at desc nulls last limit 1""")) {
            statement.setString(1, topic);
            statement.setInt(2, partition);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.ofNullable(rows.getString(1)).map(URI::create) : Optional.empty();
            }
        }
    }

    /** The position as it is, without taking it over. */
    public static Optional<Position> read(Connection connection, StreamPartition partition) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select epoch, next_offset from stream_position where cluster_id = ? and topic_id = ? and partition = ?")) {
            key(statement, 1, partition);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(new Position(rows.getLong(1), rows.getLong(2))) : Optional.empty();
            }
        }
    }

    static void key(PreparedStatement statement, int at, StreamPartition partition) throws SQLException {
        statement.setString(at, partition.clusterId());
        statement.setString(at + 1, partition.topicId());
        statement.setInt(at + 2, partition.partition());
    }
}
