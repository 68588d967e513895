package io.longwave.db.stream;

import io.longwave.db.stream.Positions.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lets a stopped partition go on at the start of Kafka's log, once somebody has decided so. Records that are in the database already and
 * come again end in what there was: their samples are not later than the last of their series, and what promotes, watches or forgets does so again, in the same order.
 */
public final class StreamRepair {
    private StreamRepair() {}

    /**
     * What a repair would do.
     *
     * @param stored position in the database; empty when the topic was made again, or the cluster is another, and has none yet
     * @param others topics, CLUSTER/ID, as which the database knows this topic and partition
     * @param target offset at which the partition would go on
     */
    public record Plan(StreamPartition partition, Optional<Position> stored, List<String> others, long target) {
        public Plan {
            others = List.copyOf(others);
        }

        /** One sentence for the person who decides. */
        public String describe() {
            String from = stored.map(position -> "offset " + position.nextOffset())
                    .orElse("the one of another topic, which was deleted or of another cluster");
            return "Partition " + partition + " will go on at offset " + target + " instead of " + from
                    + "; records between the two that Kafka no longer has are lost to Longwave.";
        }
    }

    /** Looks, and changes nothing. @param logStart first offset that Kafka still has */
    public static Plan plan(Connection connection, StreamPartition partition, long logStart) throws SQLException {
        List<String> others = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                select cluster_id || '/' || topic_id from stream_position
                where topic = ? and partition = ? and (cluster_id, topic_id) <> (?, ?) order by 1""")) {
            other(statement, partition);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    others.add(rows.getString(1));
                }
            }
        }
        return new Plan(partition, Positions.read(connection, partition), others, logStart);
    }

    /**
     * Does what the plan says, in the caller's transaction. Whoever owns the partition now, under whatever topic id, loses it and claims it again.
     *
     * @return false if the position moved since the plan was made; nothing is changed then
     */
    public static boolean apply(Connection connection, Plan plan) throws SQLException {
        StreamPartition partition = plan.partition();
        if (!Positions.read(connection, partition).equals(plan.stored())) {
            return false;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into stream_position (cluster_id, topic_id, partition, topic, epoch, next_offset) values (?, ?, ?, ?, 1, ?)
                on conflict (cluster_id, topic_id, partition) do update set epoch = stream_position.epoch + 1,
                    next_offset = excluded.next_offset
                where stream_position.epoch = ? and stream_position.next_offset = ?""")) {
            Positions.key(statement, 1, partition);
            statement.setString(4, partition.topic());
            statement.setLong(5, plan.target());
            statement.setLong(6, plan.stored().map(Position::epoch).orElse(-1L));
            statement.setLong(7, plan.stored().map(Position::nextOffset).orElse(-1L));
            if (statement.executeUpdate() != 1) {
                return false;
            }
        }
        // Whoever still works on records of a topic that is gone must find that its position is.
        try (PreparedStatement statement = connection.prepareStatement("""
                delete from stream_position where topic = ? and partition = ? and (cluster_id, topic_id) <> (?, ?)""")) {
            other(statement, partition);
            statement.executeUpdate();
            return true;
        }
    }

    private static void other(PreparedStatement statement, StreamPartition partition) throws SQLException {
        statement.setString(1, partition.topic());
        statement.setInt(2, partition.partition());
        statement.setString(3, partition.clusterId());
        statement.setString(4, partition.topicId());
    }
}
