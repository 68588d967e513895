package io.longwave.db.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.stream.Positions.Position;
import io.longwave.db.testing.PostgresFixture;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PositionsTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();

    private static final StreamPartition PARTITION = new StreamPartition("cluster", "id-1", "topic", 2);
    private static final StreamPartition MADE_AGAIN = new StreamPartition("cluster", "id-2", "topic", 2);

    @BeforeEach
    void empty() {
        postgres.truncate();
    }

    @Test
    void everyClaimRaisesTheEpochAndKeepsTheOffset() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            assertThat(Positions.claim(connection, PARTITION, 7, null)).isEqualTo(new Position(1, 7));
            assertThat(Positions.claim(connection, PARTITION, 99, null)).isEqualTo(new Position(2, 7));
        }
    }

    @Test
    void theOwnerIsWhoeverClaimedLastUnderWhateverTopicId() throws SQLException {
        URI first = URI.create("http://10.0.0.1:8082");
        URI second = URI.create("http://[fd00::2]:8082");
        try (Connection connection = postgres.dataSource().getConnection()) {
            assertThat(owner(connection)).isEmpty();
            Positions.claim(connection, PARTITION, 0, first);
            assertThat(owner(connection)).contains(first);
            Positions.claim(connection, MADE_AGAIN, 0, second);
            assertThat(owner(connection)).contains(second);
            Positions.claim(connection, PARTITION, 0, null);
            assertThat(owner(connection)).as("who did not say where it is").isEmpty();
            StreamRepair.apply(connection, StreamRepair.plan(connection, new StreamPartition("another", "id-3", PARTITION.topic(), 2), 0));
            assertThat(owner(connection)).as("a row that nobody claimed").isEmpty();
            assertThat(Positions.owner(connection, PARTITION.topic(), 77)).isEmpty();
        }
    }

    private static Optional<URI> owner(Connection connection) throws SQLException {
        return Positions.owner(connection, PARTITION.topic(), PARTITION.partition());
    }

    @Test
    void thePositionMovesOnlyFromWhereItIsAndUnderItsEpoch() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            Position claimed = Positions.claim(connection, PARTITION, 0, null);
            assertThat(Positions.advance(connection, PARTITION, claimed, 10)).isTrue();
            assertThat(Positions.advance(connection, PARTITION, claimed, 10)).isFalse();
            assertThat(Positions.advance(connection, PARTITION, new Position(2, 10), 20)).isFalse();
            assertThat(Positions.read(connection, PARTITION)).contains(new Position(1, 10));
        }
    }

    @Test
    void aTopicThatWasMadeAgainIsKnownUnderItsOldIdUntilItIsRepaired() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            Position old = Positions.claim(connection, PARTITION, 0, null);
            assertThat(Positions.knownOfAnotherTopic(connection, PARTITION)).isFalse();
            assertThat(Positions.knownOfAnotherTopic(connection, MADE_AGAIN)).isTrue();

            StreamRepair.Plan plan = StreamRepair.plan(connection, MADE_AGAIN, 5);
            assertThat(plan.others()).containsExactly("cluster/id-1");
            assertThat(plan.describe())
                    .isEqualTo(
                            "Partition topic-2 will go on at offset 5 instead of the one of another topic, which was deleted or of another cluster; "
                                    + "records between the two that Kafka no longer has are lost to Longwave.");
            assertThat(StreamRepair.apply(connection, plan)).isTrue();
            assertThat(Positions.knownOfAnotherTopic(connection, MADE_AGAIN)).isFalse();
            assertThat(Positions.advance(connection, PARTITION, old, 1)).as("an owner of before that hung meanwhile").isFalse();
            assertThat(Positions.knownOfAnotherTopic(connection, PARTITION)).as("a claim of before that comes late").isTrue();
            assertThat(Positions.claim(connection, MADE_AGAIN, 0, null)).isEqualTo(new Position(2, 5));
        }
    }

    @Test
    void anotherClusterIsKnownAsOneUntilItIsRepaired() throws SQLException {
        StreamPartition another = new StreamPartition("cluster-2", "id-3", "topic", 2);
        try (Connection connection = postgres.dataSource().getConnection()) {
            assertThat(Positions.knownOfAnotherTopic(connection, another)).as("nothing is known yet").isFalse();
            Positions.claim(connection, PARTITION, 7, null);
            assertThat(Positions.knownOfAnotherTopic(connection, another)).isTrue();
            assertThat(Positions.knownOfAnotherTopic(connection, new StreamPartition("cluster-2", "id-3", "topic", 1)))
                    .as("a partition that nobody read").isFalse();
            assertThat(StreamRepair.apply(connection, StreamRepair.plan(connection, another, 0))).isTrue();
            assertThat(Positions.knownOfAnotherTopic(connection, another)).isFalse();
            assertThat(Positions.knownOfAnotherTopic(connection, PARTITION)).as("the cluster of before").isTrue();
            assertThat(Positions.read(connection, PARTITION)).isEmpty();
        }
    }

    @Test
    void aRepairMovesThePositionOnceAndTakesThePartitionFromItsOwner() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            Position owner = Positions.claim(connection, PARTITION, 0, null);
            StreamRepair.Plan plan = StreamRepair.plan(connection, PARTITION, 40);
            assertThat(StreamRepair.apply(connection, plan)).isTrue();
            assertThat(Positions.read(connection, PARTITION)).contains(new Position(2, 40));
            assertThat(Positions.advance(connection, PARTITION, owner, 1)).isFalse();
            assertThat(StreamRepair.apply(connection, plan)).as("the plan is out of date").isFalse();
        }
    }
}
