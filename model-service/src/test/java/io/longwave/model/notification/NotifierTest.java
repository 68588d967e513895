package io.longwave.model.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.anomaly.AnomalyEvent;
import io.longwave.db.anomaly.AnomalyWriter;
import io.longwave.db.group.Groups;
import io.longwave.db.point.RowGrid;
import io.longwave.db.testing.PostgresFixture;
import io.longwave.model.notification.NotificationProperties.Alertmanager;
import io.longwave.model.notification.NotificationProperties.Selection;
import io.longwave.model.notification.NotificationProperties.Webhook;
import io.longwave.series.SeriesKey;
import io.longwave.series.SeriesKind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Anomalies are put where the stream puts them, and real receivers told of them. */
class NotifierTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Selection ALL = new Selection(null, null, 0, 1);
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    private final JdbcClient jdbc = JdbcClient.create(postgres.dataSource());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final long now = Instant.now().getEpochSecond() * SECOND;
    private final Receiver receiver = new Receiver();

    @TempDir
    private Path directory = Path.of("");

    @BeforeEach
    void empty() {
        open.add(receiver);
        postgres.truncate();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    @Test
    void aWebhookIsToldWhenAnAnomalyBeginsAndWhenItEnds() throws Exception {
        long id = series("t/b/cpu,host=a#usage", now);
        webhook(ALL);
        write("x", id, now - 10 * SECOND, null, 3);
        await(() -> receiver.told().size(), 1);
        await(() -> unsettled(), 0L);
        write("x", id, now - 10 * SECOND, null, 4); // goes on
        write("x", id, now - 10 * SECOND, now - SECOND, 10);
        await(() -> receiver.told().size(), 2);
        await(() -> queued(), 0L);
        JsonNode began = receiver.told().getFirst();
        assertThat(began.get("state").asString()).isEqualTo("lasting");
        assertThat(began.has("timeEnd")).isFalse();
        assertThat(began.has("group")).isFalse();
        assertThat(began.get("name").asString()).isEqualTo("cpu,host=a usage");
        assertThat(began.get("series")).hasToString("{\"id\":" + id + ",\"key\":\"t/b/cpu,host=a#usage\",\"tenant\":\"t\",\"bucket\":\"b\","
                + "\"measurement\":\"cpu\",\"tags\":{\"host\":\"a\"},\"field\":\"usage\"}");
        assertThat(began.get("time").asString()).isEqualTo(Instant.ofEpochSecond(0, now - 10 * SECOND).toString());
        assertThat(began.get("peakValue").asDouble()).isEqualTo(97.125);
        assertThat(began.get("link").asString()).startsWith("http://page:8080/#series=" + id + "&from=");
        JsonNode ended = receiver.told().getLast();
        assertThat(ended.get("id")).isEqualTo(began.get("id"));
        assertThat(ended.get("state").asString()).isEqualTo("ended");
        assertThat(ended.get("timeEnd").asString()).isEqualTo(Instant.ofEpochSecond(0, now - SECOND).toString());
        assertThat(ended.get("points").asInt()).isEqualTo(10);
        Receiver.Request first = receiver.requests().getFirst();
        assertThat(first.body().get("text").asString()).startsWith("Anomaly: cpu,host=a usage: 97.125 where 41.2 was expected http://page");
        assertThat(first.authorization()).isEqualTo("Bearer secret");
        assertThat(meter("sent")).isEqualTo(2);
    }

    @Test
    void whatAReceiverThatIsAwayMissesIsToldWhenItIsBackAsItStandsThen() throws Exception {
        long id = series("t/b/m#f", now);
        receiver.answers(_ -> 503);
        webhook(ALL);
        write("x", id, now, null, 1);
        await(() -> meter("failed") >= 1, true);
        write("x", id, now, now, 1);
        write("y", id, now, null, 1);
        await(() -> meters.get("longwave.notifications.waiting").gauge().value(), 2.0);
        receiver.answers(_ -> 200);
        await(() -> receiver.told().size(), 2);
        assertThat(receiver.told()).extracting(told -> told.get("id").asString() + " " + told.get("state").asString())
                .containsExactlyInAnyOrder("x ended", "y lasting");
        await(() -> meters.get("longwave.notifications.waiting").gauge().value(), 0.0);
    }

    @Test
    void anAnomalyThatAReceiverWillNotTakeKeepsNoOtherFromIt() throws Exception {
        long id = series("t/b/m#f", now);
        for (int i = 0; i < 20; i++) {
            write("a" + i, id, now + i, null, i == 13 ? 666 : 1);
        }
        receiver.answers(body -> body.get("anomalies").valueStream().anyMatch(one -> one.get("points").asInt() == 666) ? 400 : 200);
        webhook(ALL);
        await(() -> receiver.told().size(), 19);
        await(() -> meter("dropped"), 1.0);
        assertThat(meter("failed")).isZero();
        assertThat(receiver.told()).extracting(told -> told.get("id").asString()).doesNotHaveDuplicates().doesNotContain("a13");
    }

    @Test
    void whoeverRefusesEverythingIsAskedAgain() throws Exception {
        long id = series("t/b/m#f", now);
        receiver.answers(_ -> 400);
        webhook(ALL);
        write("x", id, now, null, 1);
        await(() -> meter("failed") >= 1, true);
        write("y", id, now + 1, now + 1, 1);
        await(() -> receiver.requests().stream().anyMatch(request -> request.body().get("anomalies").size() == 2), true);
        double attempts = meter("failed");
        await(() -> meter("failed") > attempts, true); // and a pause begins
        receiver.answers(_ -> 200);
        await(() -> receiver.told().size(), 2);
        assertThat(meter("dropped")).isZero();

        // It took something, and takes nothing any more: one may be at fault, two in a row are not.
        double before = meter("failed");
        receiver.answers(_ -> 422);
        write("z1", id, now, now, 1);
        await(() -> meter("dropped"), 1.0);
        write("z2", id, now, now, 1);
        await(() -> meter("failed") > before, true);
        receiver.answers(_ -> 200);
        await(() -> ids().contains("z2"), true);
        assertThat(ids()).doesNotContain("z1").doesNotHaveDuplicates();
    }

    @Test
    void aReceiverThatDoesNotEndItsAnswerHoldsNobodyUp() throws Exception {
        long id = series("t/b/m#f", now);
        receiver.answers(_ -> 200);
        receiver.stalls(true);
        try (Receiver other = new Receiver()) {
            run(new NotificationProperties(false, null, Duration.ofHours(1), Duration.ofMillis(20), Duration.ofMillis(300),
                    Map.of("test", new Webhook(receiver.url(), Map.of(), ALL), "other", new Webhook(other.url(), Map.of(), ALL)),
                    Map.of()));
            write("x", id, now, null, 1);
            await(() -> other.told().size(), 1);
            await(() -> meters.get("longwave.notifications.failed").tag("destination", "webhook:test").counter().count() >= 1, true);
            receiver.stalls(false);
            await(() -> meters.get("longwave.notifications.sent").tag("destination", "webhook:test").counter().count(), 1.0);
        }
    }

    @Test
    void nobodyIsToldOfWhatIsLongPastOrOfAForgottenSeries() throws Exception {
        long old = series("t/b/m#old", now - 2 * HOUR);
        long live = series("t/b/m#live", now - 110 * MINUTE, now);
        long forgotten = series("t/b/m#forgotten", now);
        write("lasts in old data", old, now - 3 * HOUR, null, 9);
        write("ended long ago", live, now - 3 * HOUR, now - 2 * HOUR, 9);
        write("of a forgotten series", forgotten, now, null, 9);
        jdbc.sql("update series set forgotten_at = now() where id = ?").param(forgotten).update();
        write("begun long ago", live, now - 3 * HOUR, null, 9);
        webhook(ALL, 1);
        await(() -> receiver.told().size(), 1);
        assertThat(ids()).containsExactly("begun long ago");
        await(() -> meter("past"), 1.0);

        // The stream was behind, and catches up.
        jdbc.sql("insert into point (series_id, time, value) values (?, ?, 1)").params(old, now).update();
        jdbc.sql("update notification set due = now() where anomaly = 'lasts in old data'").update();
        await(() -> receiver.told().size(), 2);
        assertThat(ids()).containsExactly("begun long ago", "lasts in old data");
    }

    @Test
    void whatWasToldToBeginIsToldToEndHoweverLate() throws Exception {
        long id = series("t/b/m#f", now);
        webhook(new Selection(null, null, 0.9, 3));
        write("x", id, now - 9 * HOUR, null, 4);
        await(() -> receiver.told().size(), 1);
        await(() -> unsettled(), 0L);
        jdbc.sql("update point set time = time - ?").param(8 * HOUR).update();
        write("x", id, now - 9 * HOUR, now - 8 * HOUR, 4);
        await(() -> receiver.told().size(), 2);
        assertThat(receiver.told().getLast().get("state").asString()).isEqualTo("ended");
    }

    @Test
    void anAnomalyOfSlowSamplesHasEndedWhenTheSamplesAfterItSayThat() throws Exception {
        long id = series("t/b/m#f", now - 4 * HOUR, now - 3 * HOUR, now - 2 * HOUR, now - HOUR, now - MINUTE);
        write("x", id, now - 4 * HOUR, now - 4 * HOUR, 1);
        webhook(ALL, 4);
        await(() -> receiver.told().size(), 1);
    }

    @Test
    void onlyWhatIsAskedForIsToldAndWhatIsTooShortNotYet() throws Exception {
        long pump = series("t/plant/pump,unit=1#flow", now);
        long fan = series("t/office/fan#speed", now);
        webhook(new Selection(Pattern.compile("t/plant/.*"), null, 0.9, 3));
        write("of another series", fan, now, null, 9);
        write("short", pump, now - 1, now - 1, 1);
        write("grows", pump, now, null, 1);
        // The others are not looked at again.
        await(() -> queued() == 1
                && jdbc.sql("select count(*) from notification where due > now()").query(Long.class).single() == 1, true);
        write("grows", pump, now, null, 3);
        await(() -> receiver.told().size(), 1);
        assertThat(ids()).containsExactly("grows");
    }

    @Test
    void aDestinationOfATenantIsToldOfNothingThatIsPartlyOfAnother() throws Exception {
        Groups groups = new Groups(jdbc);
        series("t/b/pump#flow", now);
        series("t/b/pump#heat", now);
        series("t2/b/pump#heat", now);
        for (String tenant : List.of("t2", "t")) {
            groups.create(new Groups.Definition("of t and " + tenant, "m-1", List.of("c0", "c1"),
                    List.of("t/b/pump#flow", tenant + "/b/pump#heat"), new RowGrid(SECOND, 0), 1, 1));
            groups.write(jdbc.sql("select max(id) from series_group").query(Long.class).single(),
                    new Groups.Anomaly("g of t and " + tenant, "m-1", now, now, now, now, 0.9999, new double[]{0.25, 0.75}, 1, 0));
        }
        write("of t2", series("t2/b/m#f", now), now, now, 1);
        write("of t", series("t/b/m#f", now), now, now, 1);
        webhook(new Selection(null, "t", 0, 1));
        await(() -> queued(), 0L);
        await(() -> meter("sent"), 2.0);
        assertThat(ids()).containsExactlyInAnyOrder("of t", "g of t and t");
    }

    @Test
    void anAnomalyOfAGroupSaysWhichSeriesSpeakAgainst() throws Exception {
        series("t/b/pump#flow", now);
        series("t/b/pump#heat", now);
        Groups groups = new Groups(jdbc);
        groups.create(new Groups.Definition("hall 1", "m-1", List.of("c0", "c1"), List.of("t/b/pump#flow", "t/b/pump#heat"),
                new RowGrid(SECOND, 0), 1, 1));
        long group = jdbc.sql("select id from series_group").query(Long.class).single();
        webhook(new Selection(Pattern.compile(".*heat"), null, 0, 1));
        groups.write(group, new Groups.Anomaly("g", "m-1", now, now, null, now, 0.9999, new double[]{0.25, 0.75}, 1, 0));
        await(() -> receiver.told().size(), 1);
        JsonNode told = receiver.told().getFirst();
        assertThat(told.get("group")).hasToString("{\"name\":\"hall 1\",\"contributions\":["
                + "{\"key\":\"t/b/pump#heat\",\"name\":\"pump heat\",\"column\":\"c1\",\"share\":0.75},"
                + "{\"key\":\"t/b/pump#flow\",\"name\":\"pump flow\",\"column\":\"c0\",\"share\":0.25}]}");
        assertThat(told.has("series")).isFalse();
        assertThat(told.get("link").asString()).startsWith("http://page:8080/groups.html#group=hall+1&from=");
        assertThat(receiver.requests().getFirst().body().get("text").asString())
                .startsWith("Anomaly: hall 1: pump heat 75 %, pump flow 25 % http");
    }

    @Test
    void anAlertmanagerFiresWhileAnAnomalyLastsAndTellsItsReceivers() throws Exception {
        long id = series("t/b/cpu,9=n,field=x,host.name=a#usage", now);
        AlertmanagerProgram program = AlertmanagerProgram.start(directory, receiver.url());
        open.add(program);
        run(new NotificationProperties(false, URI.create("http://page:8080/"), Duration.ofHours(1), Duration.ofMillis(20),
                Duration.ofSeconds(10), Map.of(), Map.of("main", new Alertmanager(program.url(), Map.of(), ALL,
                        Map.of("severity", "warning", "bucket", "ours"), Duration.ofSeconds(6)))));
        write("x", id, now - 10 * SECOND, null, 3);
        await(() -> program.alerts().size(), 1);
        JsonNode alert = program.alerts().get(0);
        assertThat(alert.get("labels")).hasToString("{\"_9\":\"n\",\"alertname\":\"LongwaveAnomaly\",\"bucket\":\"ours\","
                + "\"exported_field\":\"x\",\"field\":\"usage\",\"host_name\":\"a\",\"measurement\":\"cpu\",\"severity\":\"warning\","
                + "\"tenant\":\"t\"}");
        assertThat(alert.get("annotations").get("summary").asString()).endsWith(" usage: 97.125 where 41.2 was expected");
        assertThat(alert.get("annotations").get("description").asString()).contains("3 samples", "judged by m-1");
        assertThat(alert.get("generatorURL").asString()).startsWith("http://page:8080/#series=" + id);
        assertThat(Instant.parse(alert.get("startsAt").asString())).isEqualTo(Instant.ofEpochSecond(0, now - 10 * SECOND));
        String endsAt = alert.get("endsAt").asString();
        await(() -> program.alerts().size() == 1 && !program.alerts().get(0).get("endsAt").asString().equals(endsAt), true);
        await(() -> Instant.now().isAfter(Instant.parse(endsAt).plusSeconds(1)), true);
        assertThat(receiver.requests()).as("it has not resolved meanwhile").extracting(one -> one.body().get("status").asString())
                .containsExactly("firing");

        write("x", id, now - 10 * SECOND, now - SECOND, 9);
        await(() -> queued(), 0L);
        await(() -> receiver.requests().getLast().body().get("status").asString(), "resolved");
        assertThat(program.alerts().size()).isZero();
    }

    @Test
    void anAnomalyThatIsOverWhenItIsToldStillFires() throws Exception {
        long id = series("t/b/m#f", now);
        AlertmanagerProgram program = AlertmanagerProgram.start(directory, receiver.url());
        open.add(program);
        write("x", id, now - 10 * SECOND, now - 10 * SECOND, 1);
        run(new NotificationProperties(false, null, Duration.ofHours(1), Duration.ofMillis(20), Duration.ofSeconds(10), Map.of(),
                Map.of("main", new Alertmanager(program.url(), Map.of(), ALL, Map.of(), Duration.ofSeconds(4)))));
        await(() -> receiver.requests().stream().map(one -> one.body().get("status").asString()).toList(), List.of("firing", "resolved"));
        assertThat(receiver.requests().getFirst().body().get("alerts").get(0).get("annotations").get("description").asString())
                .isEqualTo("At " + Instant.ofEpochSecond(0, now - 10 * SECOND) + ", 1 sample, score 0.99999 at "
                        + Instant.ofEpochSecond(0, now - 10 * SECOND) + ", judged by m-1.");
    }

    private List<String> ids() {
        return receiver.told().stream().map(told -> told.get("id").asString()).toList();
    }

    private void webhook(Selection only) {
        webhook(only, 10);
    }

    private void webhook(Selection only, int calmSamples) {
        run(calmSamples, new NotificationProperties(false, URI.create("http://page:8080"), Duration.ofHours(1), Duration.ofMillis(20),
                Duration.ofSeconds(10), Map.of("test", new Webhook(receiver.url(), Map.of("Authorization", "Bearer secret"), only)),
                Map.of()));
    }

    private void run(NotificationProperties properties) {
        run(10, properties);
    }

    private void run(int calmSamples, NotificationProperties properties) {
        Notifier notifier = NotificationConfiguration.notifier(jdbc, properties, calmSamples, List.of(), InstantSource.system(),
                HttpClient.newHttpClient(), meters);
        open.add(notifier::destroy);
        notifier.start();
    }

    private double meter(String what) {
        return meters.get("longwave.notifications." + what).counter().count();
    }

    /** While the beginning is noted, its end may be read before it is noted, and is told twice. */
    private long unsettled() {
        return jdbc.sql("""
                select (select count(*) from anomaly_change)
                    + (select count(*) from notification where due < 'infinity' or leased_until > '-infinity')""").query(Long.class)
                .single();
    }

    private long queued() {
        return jdbc.sql("select (select count(*) from anomaly_change) + (select count(*) from notification)").query(Long.class).single();
    }

    private long series(String canonical, long... times) {
        SeriesKey key = SeriesKey.parse(canonical);
        long id = jdbc.sql("insert into series (key, tenant, bucket, measurement, tags, field, display)"
                + " values (?, ?, ?, ?, '{}', ?, ?) returning id")
                .params(canonical, key.tenant(), key.bucket(), key.measurement(), key.field(), key.displayName()).query(Long.class)
                .single();
        for (long time : times) {
            jdbc.sql("insert into point (series_id, time, value) values (?, ?, 1)").params(id, time).update();
        }
        return id;
    }

    private static void write(String id, long series, long start, @Nullable Long end, int points) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            AnomalyWriter.write(connection, List.of(new AnomalyEvent(id, series, start, end, start, 0.99999f, 97.125, 41.2, points, "m-1",
                    SeriesKind.GAUGE)));
        }
    }

    private static <T> void await(Callable<T> value, T expected) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T last = value.call();
        while (!expected.equals(last)) {
            assertThat(System.nanoTime() - deadline).as("expected " + expected + " but still " + last + " after " + PATIENCE).isNegative();
            Thread.sleep(20);
            last = value.call();
        }
    }
}
