package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.stream.StreamNotice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The time limit only ends a test that hangs: nothing here depends on how fast an event comes. */
@Timeout(120)
class LiveTest {
    private static final long NOON = 1_772_366_400_000_000_000L; // 2026-03-01T12:00:00Z

    private static final int MAX_CLIENTS = 20;

    @RegisterExtension
    static final RunningApi api = new RunningApi("longwave.api.live.max-clients=" + MAX_CLIENTS, "longwave.api.live.heartbeat=500ms",
            "longwave.api.live.min-interval=10ms");

    private long id;

    @BeforeEach
    void oneSeries() {
        api.postgres().truncate();
        id = api.series("default/metrics/cpu#usage");
        api.unscoredPoint(id, NOON, 1);
    }

    @Test
    void aCommittedPointComesWithoutBeingAskedForAgain() {
        try (Events events = open("?series=" + id, "")) {
            assertThat(events.next("status").data().path("series").asInt()).isEqualTo(1);
            api.point(id, NOON + 1, 2, 2.5, 0.5);
            announce(id);
            Event event = events.next("points");
            assertThat(event.data().toString()).isEqualTo(
                    """
                            {"series":%d,"kind":"gauge","points":[{"time":"2026-03-01T12:00:00.000000001Z","value":2.0,"predicted":2.5,"lower":1.5,"upper":3.5,\
                            "score":0.5,"model":"online-1"}]}"""
                            .formatted(id));
            assertThat(event.id()).isEqualTo(id + "@2026-03-01T12:00:00.000000001Z");
            api.point(id, NOON + 2, 3, 2.5, 0.5);
            announce(id);
            assertThat(events.next("points").data().path("points").size()).isEqualTo(1);
        }
    }

    @Test
    void anAnomalyComesWhenItBeginsAndAgainWhenItEnds() {
        try (Events events = open("?series=" + id, "")) {
            events.next("status");
            api.anomaly("a", id, NOON, null, 0.97);
            announce(id);
            assertThat(events.next("anomalies").data().path(0).path("timeEnd").isNull()).isTrue();
            api.jdbc().sql("update anomaly set end_time = ?").param(NOON + 5).update();
            announce(id);
            assertThat(events.next("anomalies").data().path(0).path("timeEnd").asString()).isEqualTo("2026-03-01T12:00:00.000000005Z");
        }
    }

    @Test
    void aClientThatComesBackGoesOnWhereItStopped() {
        api.unscoredPoint(id, NOON + 1, 2);
        api.unscoredPoint(id, NOON + 2, 3);
        try (Events events = open("?series=" + id, id + "@2026-03-01T12:00:00.000000001Z")) {
            JsonNode points = events.next("points").data().path("points");
            assertThat(points.size()).isEqualTo(1);
            assertThat(points.path(0).path("value").asDouble()).isEqualTo(3);
        }
        try (Events events = open("?series=" + id + "&since=2026-03-01T12:00:00Z", "")) {
            assertThat(events.next("points").data().path("points").size()).isEqualTo(2);
        }
    }

    @Test
    void aClientThatMissedTooMuchIsToldToLoadAgain() {
        api.jdbc().sql("insert into point (series_id, time, value) select ?, ? + i, i from generate_series(1, 6000) i").params(id, NOON)
                .update();
        try (Events events = open("?series=" + id + "&since=2026-03-01T12:00:00Z", "")) {
            assertThat(events.next("reset").data().path("series").asLong()).isEqualTo(id);
            api.unscoredPoint(id, NOON + 7000, 7);
            announce(id);
            assertThat(events.next("points").data().path("points").size()).isEqualTo(1);
        }
    }

    @Test
    void aSeriesThatBecomesACounterIsLoadedAgainAndGoesOnAsRates() {
        try (Events events = open("?series=" + id, "")) {
            events.next("status");
            api.unscoredPoint(id, NOON + 1_000_000_000, 20);
            announce(id);
            assertThat(events.next("points").data().path("points").path(0).path("value").asDouble()).isEqualTo(20);
            api.jdbc().sql("update series set chosen_kind = 'counter' where id = ?").param(id).update();
            announce(id);
            assertThat(events.next("reset").data().path("series").asLong()).isEqualTo(id);
            api.unscoredPoint(id, NOON + 3_000_000_000L, 26);
            announce(id);
            JsonNode data = events.next("points").data();
            assertThat(data.path("kind").asString()).isEqualTo("counter");
            JsonNode point = data.path("points").path(0);
            assertThat(point.path("value").asDouble()).isEqualTo(3);
            assertThat(point.path("total").asDouble()).isEqualTo(26);
        }
    }

    @Test
    void aBatchOfManySeriesWakesEveryStream() {
        try (Events events = open("?series=" + id, "")) {
            events.next("status");
            api.unscoredPoint(id, NOON + 1, 2);
            api.jdbc().sql("select pg_notify('longwave', '{\"series\":null}')").query(row -> {});
            assertThat(events.next("points").data().path("points").size()).isEqualTo(1);
        }
    }

    @Test
    void whenTheListeningConnectionIsKilledPointsStillCome() {
        try (Events events = open("?series=" + id, "")) {
            events.next("status");
            api.jdbc().sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'forecast-api live'"
                    + " and datname = current_database()").query(row -> {});
            api.unscoredPoint(id, NOON + 1, 2); // nobody announces it
            assertThat(events.next("points").data().path("points").size()).isEqualTo(1);
        }
    }

    @Test
    void oneStreamTooManyIsRefusedAndAClosedOneGivesItsPlaceBack() {
        List<Events> open = new ArrayList<>();
        try {
            int status = 200;
            while (status == 200) {
                assertThat(open.size()).isLessThanOrEqualTo(MAX_CLIENTS);
                open.add(new Events("", ""));
                status = open.getLast().status();
            }
            assertThat(status).isEqualTo(503);
            // Not asked for again: a stream that another test left may have given its place back, and then the answer would not end.
            assertThat(open.getLast().problem().path("type").asString()).isEqualTo("urn:longwave:problem:too-many-clients");
        } finally {
            open.forEach(Events::close);
        }
        try (Events again = open("", "")) {
            assertThat(again.status()).isEqualTo(200);
        }
    }

    @Test
    void aStreamOfSomethingUnknownIsAProblem() {
        assertThat(api.get("/api/v1/live?series=99", "Accept", "text/event-stream").statusCode()).isEqualTo(404);
        assertThat(api.json("/api/v1/live?series=abc").path("parameter").asString()).isEqualTo("series");
    }

    /** Opens a stream as soon as there is a place: streams that other tests left are noticed at their next event. */
    private static Events open(String query, String lastEventId) {
        Events events = new Events(query, lastEventId);
        while (events.status() == 503) {
            events.close();
            events = new Events(query, lastEventId);
        }
        return events;
    }

    private static void announce(long series) {
        api.jdbc().sql("select pg_notify('longwave', ?)").param(StreamNotice.payload(List.of(series))).query(row -> {});
    }

    private record Event(String name, String id, JsonNode data) {}

    /** A client of the stream, as a browser reads it. */
    private static final class Events implements AutoCloseable {
        private static final JsonMapper JSON = new JsonMapper();

        private final HttpURLConnection connection;
        private @Nullable BufferedReader reader;

        Events(String query, String lastEventId) {
            try {
                connection = (HttpURLConnection) api.at("/api/v1/live" + query).toURL().openConnection();
                connection.setRequestProperty("Accept", "text/event-stream");
                if (!lastEventId.isEmpty()) {
                    connection.setRequestProperty("Last-Event-ID", lastEventId);
                }
                connection.connect();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        int status() {
            try {
                return connection.getResponseCode();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** What the service says of a stream that it refused. */
        JsonNode problem() {
            return JSON.readTree(Objects.requireNonNull(connection.getErrorStream(), "the stream was not refused"));
        }

        /** The next event of this name; others before it are passed over. */
        Event next(String wanted) {
            try {
                BufferedReader lines = reader;
                if (lines == null) {
                    lines = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
                    reader = lines;
                }
                String name = "";
                String id = "";
                StringBuilder data = new StringBuilder();
                while (true) {
                    String line = Objects.requireNonNull(lines.readLine(), "the stream ended before an event " + wanted);
                    if (line.isEmpty() && name.equals(wanted)) {
                        return new Event(name, id, JSON.readTree(data.toString()));
                    }
                    if (line.isEmpty()) {
                        name = "";
                        data.setLength(0);
                    } else if (line.startsWith("event:")) {
                        name = line.substring(6);
                    } else if (line.startsWith("id:")) {
                        id = line.substring(3);
                    } else if (line.startsWith("data:")) {
                        data.append(line.substring(5));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            connection.disconnect();
        }
    }
}
