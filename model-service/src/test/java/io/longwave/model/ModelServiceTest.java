package io.longwave.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.db.testing.PostgresFixture;
import io.longwave.series.Forecast;
import io.longwave.series.SeriesKey;
import io.longwave.wire.ForecastRequest;
import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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
        Forecast forecast = java.util.Objects.requireNonNull(answer.getBody());
        assertThat(forecast.series()).isEqualTo(key);
        assertThat(forecast.model()).isEqualTo("online-1");
        assertThat(forecast.issuedAtNanos()).isEqualTo(START + 599 * SECOND);
        assertThat(forecast.stepNanos()).isEqualTo(SECOND);
        assertThat(forecast.mean()).hasSize(24).allSatisfy(mean -> assertThat(mean).isBetween(-2.0, 2.0));
        assertThat(forecast.intervals()).singleElement()
                .satisfies(interval -> assertThat(interval.lower().getFirst()).isLessThan(interval.upper().getFirst()));
    }

    @Test
    void readinessIsUpOnceThePartitionsAreClaimed() {
        await(() -> http().get().uri("/actuator/health/readiness").retrieve().onStatus(HttpStatusCode::isError, (request, response) -> {
        }).toBodilessEntity().getStatusCode().value(), status -> status == 200);
        assertThat(count("select count(*) from stream_position where epoch >= 1 and ? = topic", Topics.SAMPLES)).isEqualTo(2);
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
