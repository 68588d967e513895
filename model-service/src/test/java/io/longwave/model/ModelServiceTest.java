package io.longwave.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.longwave.db.testing.PostgresFixture;
import io.longwave.model.notification.Receiver;
import io.longwave.series.Forecast;
import io.longwave.series.SeriesKey;
import io.longwave.series.SeriesKind;
import io.longwave.wire.ForecastRequest;
import io.longwave.wire.ForgetRequest;
import io.longwave.wire.KindRequest;
import io.longwave.wire.PromotionRequest;
import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.Topics;
import io.longwave.wire.WatchRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.client.RestClient;

/** The whole service over a real broker and a real database. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "spring.config.name=model-service")
@DirtiesContext
class ModelServiceTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();
    @RegisterExtension
    static final KafkaFixture kafka = new KafkaFixture();

    /** Told of anomalies. */
    private static final Receiver RECEIVER = new Receiver();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_750_000_000L * SECOND;

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient database;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("spring.datasource.url", postgres::jdbcUrl);
        registry.add("spring.datasource.username", postgres::username);
        registry.add("spring.datasource.password", postgres::password);
        registry.add("longwave.kafka.bootstrap-servers", kafka::bootstrapServers);
        registry.add("longwave.stream.partitions", () -> 2);
        registry.add("longwave.models.directory", () -> "target/no-such-store");
        registry.add("longwave.retention.points", () -> "1h");
        registry.add("longwave.retention.every", () -> "200ms");
        registry.add("longwave.retention.series", () -> "10000d"); // less than from 1970 to now
        registry.add("longwave.notifications.webhooks.test.url", RECEIVER::url);
        registry.add("longwave.notifications.webhooks.test.headers.authorization", () -> "Bearer secret");
        registry.add("longwave.notifications.webhooks.test.only.series", () -> ".*#broken");
        registry.add("longwave.notifications.max-age", () -> "10000d");
    }

    @AfterAll
    static void close() {
        RECEIVER.close();
    }

    @BeforeEach
    void readyForRecords() {
        await(() -> http().get().uri("/actuator/health/readiness").retrieve().onStatus(HttpStatusCode::isError, (request, response) -> {
        }).toBodilessEntity().getStatusCode().value(), status -> status == 200);
    }

    @Test
    void aRecordBecomesPointsWithScoresAndAForecast() {
        String key = key("walked");
        send(key, wave(key, 0, 600));
        await(() -> count("select count(*) from point p join series s on s.id = p.series_id where s.key = ?", key), n -> n == 600);

        assertThat(count("select count(*) from point p join series s on s.id = p.series_id where s.key = ? and p.score is not null", key))
                .isPositive();
        ResponseEntity<Forecast> answer = http().post().uri(ForecastRequest.PATH).contentType(MediaType.APPLICATION_JSON)
                .body(new ForecastRequest(key, 24, List.of(0.9))).retrieve().toEntity(Forecast.class);
        Forecast forecast = Objects.requireNonNull(answer.getBody());
        assertThat(forecast.series()).isEqualTo(key);
        assertThat(forecast.model()).isEqualTo("online-1");
        assertThat(forecast.issuedAtNanos()).isEqualTo(START + 599 * SECOND);
        assertThat(forecast.stepNanos()).isEqualTo(SECOND);
        assertThat(forecast.mean()).hasSize(24).allSatisfy(mean -> assertThat(mean).isBetween(-2.0, 2.0));
        assertThat(forecast.intervals()).singleElement()
                .satisfies(interval -> assertThat(interval.lower().getFirst()).isLessThan(interval.upper().getFirst()));
    }

    @Test
    void pointsThatLieTooLongBeforeTheNewestOfTheirSeriesAreDeletedBesideTheStream() {
        String key = key("retained");
        send(key, wave(key, 0, 50));
        send(key, wave(key, 3610, 3660)); // each of the first fifty lies more than an hour before the newest
        await(() -> count("select coalesce(max(time), 0) from point p join series s on s.id = p.series_id where s.key = ?", key),
                newest -> newest == START + 3659 * SECOND);
        await(() -> count("select count(*) from point p join series s on s.id = p.series_id where s.key = ?", key), n -> n == 50);
        send(key, wave(key, 3660, 3661));
        await(() -> count(
                "select count(*) from point p join series s on s.id = p.series_id where s.key = ? and p.score is not null and p.time = ?",
                key, START + 3660 * SECOND), n -> n == 1);
        await(() -> String.valueOf(http().get().uri("/actuator/prometheus").retrieve().body(String.class)),
                page -> page.contains("longwave_retention_deleted_total{what=\"points\"}"));
    }

    @Test
    void aSeriesThatIsToldToBeForgottenIsGoneAndItsRowsAfterIt() {
        String key = key("forgotten");
        send(key, wave(key, 0, 100));
        await(() -> count("select count(*) from point p join series s on s.id = p.series_id where s.key = ?", key), n -> n == 100);
        long id = count("select id from series where key = ?", key);
        assertThat(post(ForgetRequest.PATH, new ForgetRequest(key)).getStatusCode().value()).isEqualTo(202);
        await(() -> count("select count(*) from series where key = ?", key) + count("select count(*) from point where series_id = ?", id),
                n -> n == 0);
        int status = Objects.requireNonNull(http().post().uri(ForecastRequest.PATH).contentType(MediaType.APPLICATION_JSON)
                .body(new ForecastRequest(key, 1, List.of())).exchange((_, response) -> response.getStatusCode().value()));
        assertThat(status).isEqualTo(404);
        send(key, wave(key, 0, 30));
        await(() -> count("select count(*) from point p join series s on s.id = p.series_id where s.key = ? and s.id <> ?", key, id),
                n -> n == 30);
    }

    @Test
    void aSeriesThatWasNotWrittenForSoLongIsForgotten() {
        String silent = key("silent");
        long before = count("select coalesce(sum(count), 0) from stream_counter where name = 'forgotten'");
        send(silent, wave(silent, -1_750_000_000, -1_749_999_995)); // of the first of January 1970
        await(() -> count("select coalesce(sum(count), 0) from stream_counter where name = 'forgotten'"), n -> n > before);
        await(() -> count("select count(*) from series where key = ?", silent), n -> n == 0);
    }

    @Test
    void aWatchedSeriesHasItsForecastsStored() {
        String key = key("watched");
        send(key, wave(key, 0, 300));
        await(() -> count("select count(*) from point p join series s on s.id = p.series_id where s.key = ?", key), n -> n == 300);
        assertThat(post(WatchRequest.PATH, new WatchRequest(key, true, 12)).getStatusCode().value()).isEqualTo(202);
        await(() -> count(
                "select count(*) from forecast f join series s on s.id = f.series_id where s.key = ? and cardinality(f.mean) = 12",
                key), n -> n == 1);
        assertThat(post(PromotionRequest.PATH, new PromotionRequest("", List.of(key))).getStatusCode().value()).isEqualTo(202);
        await(() -> count("select coalesce(sum(count), 0) from stream_counter where name = 'promotions'"), n -> n == 1);
    }

    @Test
    void aSeriesIsTakenForWhatAPersonSaysAndForecastSo() {
        String key = key("counted");
        long[] times = new long[300];
        double[] totals = new double[300];
        for (int i = 0; i < 300; i++) {
            times[i] = START + i * SECOND;
            totals[i] = 50 * i;
        }
        send(key, new Samples(List.of(new SeriesSamples(key, times, totals))));
        await(() -> count("select count(*) from point p join series s on s.id = p.series_id where s.key = ?", key), n -> n == 300);
        assertThat(post(KindRequest.PATH, new KindRequest(key, SeriesKind.COUNTER)).getStatusCode().value()).isEqualTo(202);
        await(() -> count("select count(*) from series where key = ? and chosen_kind = 'counter'", key), n -> n == 1);
        Forecast forecast = Objects.requireNonNull(http().post().uri(ForecastRequest.PATH).contentType(MediaType.APPLICATION_JSON)
                .body(new ForecastRequest(key, 3, List.of(0.9))).retrieve().body(Forecast.class));
        assertThat(forecast.issuedAtNanos()).isEqualTo(times[299]);
        assertThat(forecast.mean()).allSatisfy(mean -> assertThat(mean).isCloseTo(50, within(1e-6)));
        assertThat(post(KindRequest.PATH, new KindRequest(key, null)).getStatusCode().value()).isEqualTo(202);
        await(() -> count("select count(*) from series where key = ? and kind = 'gauge' and chosen_kind is null", key), n -> n == 1);
        assertThat(post(KindRequest.PATH, Map.of("series", "nonsense", "kind", "COUNTER")))
                .satisfies(problem(400, "urn:longwave:problem:bad-series-key", "nonsense"));
        assertThat(post(KindRequest.PATH, Map.of("series", key, "kind", "RATE")).getStatusCode().value()).isEqualTo(400);
    }

    @Test
    void whatTheCallerGotWrongIsAProblemDetailThatSaysWhatWasExpected() {
        String key = key("never-written");
        assertThat(post(ForecastRequest.PATH, new ForecastRequest(key, 5, List.of())))
                .satisfies(problem(404, "urn:longwave:problem:unknown-series", key));
        assertThat(post(ForecastRequest.PATH, new ForecastRequest("nonsense", 5, List.of())))
                .satisfies(problem(400, "urn:longwave:problem:bad-series-key", "nonsense"));
        assertThat(post(ForecastRequest.PATH, new ForecastRequest(key, 0, List.of())))
                .satisfies(problem(400, "urn:longwave:problem:bad-horizon", "expected 1 to 10000 steps but was 0"));
        assertThat(post(ForecastRequest.PATH, new ForecastRequest(key, 5, List.of(90.0))))
                .satisfies(problem(400, "urn:longwave:problem:bad-level", "but was 90.0"));
        assertThat(post(ForecastRequest.PATH, Map.of("horizon", 5, "levels", List.of())))
                .satisfies(problem(400, "urn:longwave:problem:bad-series-key", "series key"));
        assertThat(post(PromotionRequest.PATH, new PromotionRequest("spacetime-none-1", List.of(key))))
                .satisfies(problem(404, "urn:longwave:problem:unknown-model", "spacetime-none-1"));
        assertThat(post(WatchRequest.PATH, new WatchRequest(key, true, 100_000)))
                .satisfies(problem(400, "urn:longwave:problem:bad-horizon", "100000"));
    }

    @Test
    void aSeriesThatIsStillWarmingUpAnswersSo() {
        String key = key("young");
        send(key, wave(key, 0, 2));
        await(() -> count("select count(*) from point p join series s on s.id = p.series_id where s.key = ?", key), n -> n == 2);
        await(() -> post(ForecastRequest.PATH, new ForecastRequest(key, 5, List.of())).getStatusCode().value(), status -> status == 409);
    }

    @Test
    void aDeadLetterIsPublishedWithItsReasonAndMarked() {
        String key = key("dead");
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            producer.send(new ProducerRecord<>(Topics.SAMPLES, key.getBytes(StandardCharsets.UTF_8), new byte[]{(byte) 0xff, 9}));
        }
        await(() -> count("select count(*) from dead_letter where published and reason = 'undecodable'"), n -> n == 1);
        assertThat(published(Topics.DEAD_LETTER, letters -> !letters.isEmpty())).singleElement().asString()
                .contains("\"reason\":\"undecodable\"").contains("\"text\":\"ff09\"").contains("longwave.stream.v1.StreamRecord");
    }

    @Test
    void anAnomalyIsPublishedAndToldToWhomeverAsksForItsSeries() {
        String key = key("broken");
        Samples samples = wave(key, 0, 600);
        samples.series().getFirst().values()[580] = 50;
        send(key, samples);
        String other = key("broken, but nobody asks");
        Samples others = wave(other, 0, 600);
        others.series().getFirst().values()[580] = 50;
        send(other, others);
        await(() -> RECEIVER.told().size(), n -> n >= 1);
        assertThat(RECEIVER.told()).allSatisfy(told -> {
            assertThat(told.get("series").get("key").asString()).isEqualTo(key);
            assertThat(told.get("model").asString()).isEqualTo("online-1");
        }).anySatisfy(told -> {
            assertThat(told.get("peakTime").asString()).isEqualTo(Instant.ofEpochSecond(0, START + 580 * SECOND).toString());
            assertThat(told.get("peakValue").asDouble()).isEqualTo(50);
        });
        assertThat(RECEIVER.requests().getFirst().authorization()).isEqualTo("Bearer secret");
        assertThat(published(Topics.ANOMALIES,
                found -> found.stream().anyMatch(text -> text.contains(key))
                        && found.stream().anyMatch(text -> text.contains("nobody asks"))))
                .allSatisfy(text -> assertThat(text).contains("\"state\":\""));
        await(() -> String.valueOf(http().get().uri("/actuator/prometheus").retrieve().body(String.class)),
                text -> text.contains("longwave_notifications_sent_total{destination=\"webhook:test\"} ")
                        && text.contains("longwave_notifications_waiting{destination=\"kafka\"} "));
    }

    /** Values on the only partition of a topic, from the first one on. */
    private static List<String> published(String topic, Predicate<List<String>> enough) {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            TopicPartition only = new TopicPartition(topic, 0);
            consumer.assign(List.of(only));
            consumer.seekToBeginning(List.of(only));
            List<String> values = new ArrayList<>();
            await(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(new String(record.value(), StandardCharsets.UTF_8)));
                return values;
            }, enough);
            return values;
        }
    }

    @Test
    void theModelStoreIsListedAndPrometheusSeesTheStream() {
        assertThat(http().get().uri("/internal/v1/models").retrieve().body(String.class)).isEqualTo("{\"models\":[],\"problems\":[]}");
        await(() -> String.valueOf(http().get().uri("/actuator/prometheus").retrieve().body(String.class)),
                text -> text.contains("longwave_stream_lag{") && text.contains("longwave_stream_delay_seconds{partition=\"0\"} 0.0")
                        && text.contains("longwave_stream_partitions{phase=\"running\"} 2.0"));
    }

    @Test
    void aBodyWithAMemberThatIsNotKnownAFractionOrADoubledMemberIsRefusedNamingIt() {
        assertThat(post(WatchRequest.PATH, "{\"series\":\"t/b/m#f\",\"watched\":true,\"horizon\":3,\"far\":1}")).satisfies(
                problem(400, "urn:longwave:problem:malformed-body", "far: there is no such member; expected horizon, series, watched"));
        assertThat(post(WatchRequest.PATH, "{\"series\":\"t/b/m#f\",\"watched\":true,\"horizon\":2.7}")).satisfies(
                problem(400, "urn:longwave:problem:malformed-body", "horizon: expected a whole number but found 2.7"));
        assertThat(post(WatchRequest.PATH, "{\"series\":\"t/b/m#f\",\"watched\":true,\"horizon\":2,\"horizon\":3}")).satisfies(
                problem(400, "urn:longwave:problem:malformed-body", "horizon: expected each member once but found it twice"));
    }

    @Test
    void readinessIsUpOnceThePartitionsAreClaimed() {
        assertThat(count("select count(*) from stream_position where epoch >= 1 and ? = topic", Topics.SAMPLES)).isEqualTo(2);
    }

    private ResponseEntity<String> post(String path, Object body) {
        return http().post().uri(path).contentType(MediaType.APPLICATION_JSON).body(body).retrieve()
                .onStatus(HttpStatusCode::isError, (request, response) -> {
                }).toEntity(String.class);
    }

    private static Consumer<ResponseEntity<String>> problem(int status, String type, String detail) {
        return answer -> {
            assertThat(answer.getStatusCode().value()).isEqualTo(status);
            assertThat(answer.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
            assertThat(answer.getBody()).contains("\"type\":\"" + type + "\"").contains(detail);
        };
    }

    private RestClient http() {
        return RestClient.create("http://localhost:" + port);
    }

    private long count(String sql, Object... parameters) {
        return database.sql(sql).params(parameters).query(Long.class).single();
    }

    private static String key(String field) {
        return SeriesKey.of("default", "test", "machine", new TreeMap<>(Map.of("host", "a")), field).canonical();
    }

    private static Samples wave(String key, int from, int to) {
        long[] times = new long[to - from];
        double[] values = new double[to - from];
        for (int i = from; i < to; i++) {
            times[i - from] = START + i * SECOND;
            values[i - from] = Math.sin(2 * Math.PI * i / 24) + 0.05 * Math.sin(i * 12.9898);
        }
        return new Samples(List.of(new SeriesSamples(key, times, values)));
    }

    private static KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all"), new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static void send(String key, StreamMessage message) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all"), new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.SAMPLES, key.getBytes(StandardCharsets.UTF_8), StreamCodec.encode(message)));
            producer.flush();
        }
    }

    private static <T> void await(java.util.function.Supplier<T> value, Predicate<T> expected) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T last = value.get();
        while (!expected.test(last)) {
            assertThat(System.nanoTime() - deadline).as("still " + last + " after " + PATIENCE).isNegative();
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            last = value.get();
        }
    }
}
