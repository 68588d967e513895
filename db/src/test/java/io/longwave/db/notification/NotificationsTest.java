package io.longwave.db.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.anomaly.AnomalyEvent;
import io.longwave.db.anomaly.AnomalyWriter;
import io.longwave.db.group.Groups;
import io.longwave.db.group.Groups.Anomaly;
import io.longwave.db.group.RowGrid;
import io.longwave.db.notification.Notifications.Pending;
import io.longwave.db.testing.PostgresFixture;
import io.longwave.series.SeriesKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

class NotificationsTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();

    private static final Duration LEASE = Duration.ofMinutes(1);

    private final JdbcClient jdbc = JdbcClient.create(postgres.dataSource());
    private final Notifications queues = new Notifications(jdbc);
    private long series;

    @BeforeEach
    void empty() {
        postgres.truncate();
        series = jdbc.sql("insert into series (key, tenant, bucket, measurement, tags, field, display)"
                + " values ('t/b/m#f', 't', 'b', 'm', '{}', 'f', 'm f') returning id").query(Long.class).single();
    }

    @Test
    void whatBeginsAndWhatEndsIsNotedAndNotWhatLasts() throws SQLException {
        write("a", null, 1);
        assertThat(changes()).containsExactly("a");
        write("a", null, 2);
        assertThat(changes()).containsExactly("a");
        write("a", 20L, 3);
        write("b", 30L, 1);
        assertThat(changes()).containsExactly("a", "a", "b");
    }

    @Test
    void anomaliesOfGroupsAreNotedToo() {
        Groups groups = new Groups(jdbc);
        assertThat(groups.create(new Groups.Definition("g", "m-1", List.of("c"), List.of("t/b/m#f"), new RowGrid(1000, 0), 1, 1))).isTrue();
        long group = jdbc.sql("select id from series_group").query(Long.class).single();
        groups.write(group, new Anomaly("x", "m-1", 10, 10, null, 10, 0.99, new double[]{1}, 1, 0));
        groups.write(group, new Anomaly("x", "m-1", 10, 20, null, 20, 0.999, new double[]{1}, 2, 0));
        groups.handOver(group, "m-2", List.of("c"), 0); // ends it
        assertThat(changes()).containsExactly("x", "x");
        queues.share(List.of("kafka"), 10);
        assertThat(queues.take("kafka", 10, LEASE)).containsExactly(new Pending("x", true, 1));
    }

    @Test
    void aChangeThatIsRolledBackIsNotNoted() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            AnomalyWriter.write(connection, List.of(event("a", null, 1)));
            connection.rollback();
        }
        assertThat(changes()).isEmpty();
    }

    @Test
    void eachDestinationHasAnAnomalyOnceHoweverOftenItChanged() throws SQLException {
        write("a", null, 1);
        write("b", null, 1);
        write("a", 20L, 1);
        assertThat(queues.share(List.of("kafka", "webhook:x"), 2)).isEqualTo(2);
        assertThat(queues.share(List.of("kafka", "webhook:x"), 2)).isEqualTo(1);
        assertThat(queues.share(List.of("kafka", "webhook:x"), 2)).isZero();
        assertThat(changes()).isEmpty();
        List<Pending> taken = queues.take("kafka", 10, LEASE);
        assertThat(taken).extracting(Pending::anomaly).containsExactlyInAnyOrder("a", "b");
        assertThat(queues.take("kafka", 10, LEASE)).as("leased").isEmpty();
        queues.done("kafka", taken);
        assertThat(queued("kafka")).isEmpty();
        assertThat(queues.waiting("webhook:x")).isEqualTo(2);
        assertThat(queues.take("webhook:x", 1, LEASE)).hasSize(1);
        assertThat(queues.take("webhook:x", 9, LEASE)).hasSize(1);
    }

    @Test
    void withoutDestinationsNothingIsKept() throws SQLException {
        write("a", null, 1);
        assertThat(queues.share(List.of(), 10)).isEqualTo(1);
        assertThat(changes()).isEmpty();
        assertThat(jdbc.sql("select count(*) from notification").query(Long.class).single()).isZero();
    }

    @Test
    void whatChangesWhileItIsToldIsToldAgain() throws SQLException {
        write("a", null, 1);
        queues.share(List.of("kafka"), 10);
        List<Pending> taken = queues.take("kafka", 10, LEASE);
        write("a", 20L, 1);
        queues.share(List.of("kafka"), 10);
        assertThat(queues.take("kafka", 10, LEASE)).as("leased").isEmpty();
        queues.done("kafka", taken);
        List<Pending> again = queues.take("kafka", 10, LEASE);
        assertThat(again).extracting(Pending::revision).containsExactly(2);
        write("a", 30L, 1);
        queues.share(List.of("kafka"), 10);
        queues.again("kafka", again, Duration.ofHours(1));
        assertThat(queues.take("kafka", 10, LEASE)).as("not in an hour").extracting(Pending::revision).containsExactly(3);
    }

    @Test
    void whatIsToBeToldAgainIsDueLaterAndWhatIsGivenBackAtOnce() throws SQLException {
        write("a", null, 1);
        write("b", null, 1);
        queues.share(List.of("kafka"), 10);
        List<Pending> taken = queues.take("kafka", 10, LEASE);
        queues.again("kafka", taken.subList(0, 1), Duration.ofHours(1));
        assertThat(queues.waiting("kafka")).isEqualTo(1);
        queues.giveBack("kafka", taken.subList(1, 2));
        assertThat(queues.take("kafka", 10, LEASE)).containsExactly(taken.get(1));
        assertThat(queued("kafka")).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aLeaseThatHasRunOutIsGivenToTheNext() throws SQLException, InterruptedException {
        write("a", null, 1);
        queues.share(List.of("kafka"), 10);
        assertThat(queues.take("kafka", 10, Duration.ofMillis(1))).hasSize(1);
        Thread.sleep(5);
        assertThat(queues.take("kafka", 10, LEASE)).hasSize(1);
    }

    @Test
    void queuesThatNobodyReadsAreDeletedInTheEnd() throws SQLException {
        write("a", null, 1);
        queues.share(List.of("kafka", "webhook:old"), 10);
        assertThat(queues.deleteOthers(List.of("kafka"), Duration.ofDays(7))).isZero();
        jdbc.sql("update notification set due = due - interval '8 days'").update();
        assertThat(queues.deleteOthers(List.of("kafka"), Duration.ofDays(7))).isEqualTo(1);
        assertThat(queued("kafka")).containsExactly("a");
    }

    private void write(String id, @Nullable Long end, int points) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            AnomalyWriter.write(connection, List.of(event(id, end, points)));
        }
    }

    private AnomalyEvent event(String id, @Nullable Long end, int points) {
        return new AnomalyEvent(id, series, 10, end, 10, 0.99999f, 5, 1, points, "m-1", SeriesKind.GAUGE);
    }

    private List<String> changes() {
        return jdbc.sql("select anomaly from anomaly_change order by id").query((row, _) -> row.getString(1)).list();
    }

    private List<String> queued(String destination) {
        return jdbc.sql("select anomaly from notification where destination = ?").param(destination).query((row, _) -> row.getString(1))
                .list();
    }
}
