package io.longwave.db.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.longwave.db.anomaly.AnomalyEvent;
import io.longwave.db.anomaly.AnomalyWriter;
import io.longwave.db.group.Groups;
import io.longwave.db.group.Groups.Anomaly;
import io.longwave.db.point.RowGrid;
import io.longwave.db.notification.Notifications.Pending;
import io.longwave.db.notification.Notifications.Taken;
import io.longwave.db.testing.PostgresFixture;
import io.longwave.series.SeriesKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
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
        assertThat(take("kafka")).containsExactly(new Pending("x", true, 2, false));
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
        Taken taken = queues.take("kafka", 10, LEASE);
        assertThat(taken.anomalies()).extracting(Pending::anomaly).containsExactlyInAnyOrder("a", "b");
        assertThat(take("kafka")).as("leased").isEmpty();
        queues.done(taken, taken.anomalies());
        assertThat(queued("kafka")).isEmpty();
        assertThat(queues.waiting("webhook:x")).isEqualTo(2);
        assertThat(queues.take("webhook:x", 1, LEASE).anomalies()).hasSize(1);
        assertThat(take("webhook:x")).hasSize(1);
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
        for (BiConsumer<Taken, List<Pending>> settled : List.<BiConsumer<Taken, List<Pending>>>of(queues::done,
                (taken, which) -> queues.again(taken, which, Duration.ofHours(1)), (taken, which) -> queues.told(taken, which, null))) {
            Taken taken = queues.take("kafka", 10, LEASE);
            assertThat(taken.anomalies()).hasSize(1);
            end("a");
            queues.share(List.of("kafka"), 10);
            assertThat(take("kafka")).as("leased").isEmpty();
            settled.accept(taken, taken.anomalies());
        }
        assertThat(take("kafka")).singleElement().satisfies(pending -> assertThat(pending.told()).isTrue());
    }

    @Test
    void whatWasToldStaysUntilItChanges() throws SQLException {
        write("a", null, 1);
        write("b", null, 1);
        queues.share(List.of("kafka"), 10);
        Taken taken = queues.take("kafka", 10, LEASE);
        queues.told(taken, taken.anomalies().subList(0, 1), null);
        queues.again(taken, taken.anomalies().subList(1, 2), Duration.ofHours(1));
        assertThat(queued("kafka")).containsExactlyInAnyOrder("a", "b");
        assertThat(queues.waiting("kafka")).isZero();
        assertThat(take("kafka")).isEmpty();
        end("a");
        end("b");
        queues.share(List.of("kafka"), 10);
        assertThat(take("kafka")).extracting(Pending::anomaly, Pending::told).containsExactlyInAnyOrder(
                tuple(taken.anomalies().get(0).anomaly(), true), tuple(taken.anomalies().get(1).anomaly(), false));
    }

    @Test
    void whatIsGivenBackIsDueAtOnce() throws SQLException {
        write("a", null, 1);
        queues.share(List.of("kafka"), 10);
        Taken taken = queues.take("kafka", 10, LEASE);
        queues.giveBack(taken, taken.anomalies());
        assertThat(take("kafka")).isEqualTo(taken.anomalies());
    }

    @Test
    void whoeverHasLostTheLeaseHasNothingToSayAnyMore() throws SQLException, InterruptedException {
        write("a", null, 1);
        queues.share(List.of("kafka"), 10);
        Taken lost = queues.take("kafka", 10, Duration.ofMillis(1));
        Thread.sleep(5);
        Taken taken = queues.take("kafka", 10, LEASE);
        assertThat(taken.anomalies()).hasSize(1);
        queues.giveBack(lost, lost.anomalies());
        assertThat(take("kafka")).as("leased").isEmpty();
        queues.done(taken, taken.anomalies());
        end("a");
        queues.share(List.of("kafka"), 10);
        queues.done(lost, lost.anomalies());
        queues.again(lost, lost.anomalies(), Duration.ofHours(1));
        assertThat(take("kafka")).extracting(Pending::anomaly).containsExactly("a");
    }

    @Test
    void aDestinationThatIsNewIsToldOfWhatLasts() throws SQLException {
        write("lasts", null, 1);
        write("over", 20L, 1);
        queues.share(List.of("kafka"), 10);
        queues.shareLasting("webhook:x");
        assertThat(queued("webhook:x")).containsExactly("lasts");
        Taken taken = queues.take("webhook:x", 10, LEASE);
        queues.told(taken, taken.anomalies(), null);
        queues.shareLasting("webhook:x");
        assertThat(take("webhook:x")).as("told before").isEmpty();
    }

    @Test
    void queuesThatNobodyReadsAreDeletedInTheEnd() throws SQLException {
        write("a", null, 1);
        write("gone", null, 1);
        queues.share(List.of("kafka", "webhook:old"), 10);
        Taken taken = queues.take("kafka", 10, LEASE);
        queues.told(taken, taken.anomalies(), null);
        assertThat(queues.deleteOthers(List.of("kafka"), Duration.ofDays(7))).isZero();
        jdbc.sql("delete from anomaly where id = 'gone'").update();
        jdbc.sql("update notification set changed_at = changed_at - interval '8 days'").update();
        assertThat(queues.deleteOthers(List.of("kafka"), Duration.ofDays(7))).isEqualTo(3);
        assertThat(queued("kafka")).containsExactly("a");
    }

    /** Workers come and go, some after their lease, while anomalies begin and end. */
    @Test
    void theEndOfEachIsToldWhoeverIsSlowOrDies() throws Exception {
        int anomalies = 300;
        Set<String> told = ConcurrentHashMap.newKeySet();
        AtomicBoolean written = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(5)) {
            List<Future<?>> all = new ArrayList<>();
            all.add(threads.submit(() -> {
                for (int i = 0; i < anomalies; i++) {
                    write("a" + i, null, 1);
                    if (i >= 10) {
                        end("a" + (i - 10));
                    }
                }
                for (int i = anomalies - 10; i < anomalies; i++) {
                    end("a" + i);
                }
                written.set(true);
                return null;
            }));
            for (int worker = 0; worker < 4; worker++) {
                SplittableRandom random = new SplittableRandom(worker);
                all.add(threads.submit(() -> {
                    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                    while ((!written.get() || told.size() < anomalies) && System.nanoTime() - deadline < 0) {
                        queues.share(List.of("kafka", "webhook:x"), 7);
                        Taken taken = queues.take("kafka", 5, Duration.ofMillis(20));
                        List<Pending> ended = taken.anomalies().stream().filter(pending -> hasEnded(pending.anomaly())).toList();
                        List<Pending> lasting = taken.anomalies().stream().filter(pending -> !ended.contains(pending)).toList();
                        switch (random.nextInt(6)) {
                            case 0 -> Thread.sleep(30); // and dies
                            case 1 -> queues.giveBack(taken, taken.anomalies());
                            case 2 -> queues.again(taken, taken.anomalies(), Duration.ofMillis(5));
                            default -> {
                                if (random.nextInt(8) == 0) {
                                    Thread.sleep(30);
                                }
                                ended.forEach(pending -> told.add(pending.anomaly()));
                                queues.done(taken, ended);
                                queues.told(taken, lasting, null);
                            }
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(told).hasSize(anomalies);
    }

    private boolean hasEnded(String id) {
        return jdbc.sql("select end_time is not null from anomaly where id = ?").param(id).query(Boolean.class).single();
    }

    /** Each time at another time. */
    private void end(String id) {
        jdbc.sql("update anomaly set end_time = coalesce(end_time, 20) + 1 where id = ?").param(id).update();
    }

    private List<Pending> take(String destination) {
        return queues.take(destination, 10, LEASE).anomalies();
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
