package io.longwave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.write.Point;
import io.longwave.series.SeriesKey;
import io.longwave.standalone.platform.FreePorts;
import io.longwave.standalone.platform.Platform;
import io.longwave.standalone.platform.PlatformConfig;
import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage;
import io.longwave.wire.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Walks a record's whole way on real parts: HTTP, broker, model, database, API. */
class RecordsWayTest {
    private static final SeriesKey SERIES = SeriesKey.of(SeriesKey.DEFAULT_TENANT, "plant", "pump", Map.of("site", "north", "id", "7"),
            "pressure");
    private static final Duration STEP = Duration.ofSeconds(10);
    private static final int COUNT = 400;
    private static final int SPIKE = 380;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void aWrittenPointComesBackAsAForecast(@TempDir Path directory) throws Exception {
        try (Platform platform = Platform.start(PlatformConfig.embedded(directory, FreePorts.block()))) {
            Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(STEP.multipliedBy(COUNT));
            double[] values = signal();
            write(platform, start, values);

            // Kafka: once the client has its answer the broker has every sample, under the key of its series.
            List<StreamMessage.SeriesSamples> onKafka = readTopic(platform);
            assertThat(onKafka).allMatch(samples -> samples.key().equals(SERIES.canonical()));
            assertThat(onKafka.stream().flatMapToDouble(samples -> Arrays.stream(samples.values())).toArray()).containsExactly(values);

            // Database: every point once, and the position behind the last record.
            String count = "select count(*) from point p join series s on s.id = p.series_id where s.key = '" + SERIES.canonical() + "'";
            await("points in the database", () -> query(platform, count) == COUNT);
            assertThat(query(platform, "select sum(value) from point")).isCloseTo(Arrays.stream(values).sum(), within(1e-9));
            assertThat(query(platform, "select sum(next_offset) from stream_position")).isEqualTo(onKafka.size());

            // API: the series is found by typing, its points carry what was expected, the spike is an event, the live state forecasts.
            JsonNode found = get(platform, "/api/v1/series?q=pump%20north");
            assertThat(found.size()).isEqualTo(1);
            assertThat(found.get(0).get("key").asString()).isEqualTo(SERIES.canonical());
            long id = found.get(0).get("id").asLong();

            JsonNode points = get(platform, "/api/v1/series/" + id + "/points?limit=1000");
            assertThat(points.size()).isEqualTo(COUNT);
            JsonNode last = points.get(COUNT - 1);
            assertThat(Instant.parse(last.get("time").asString())).isEqualTo(start.plus(STEP.multipliedBy(COUNT - 1)));
            assertThat(last.get("lower").asDouble()).isLessThan(last.get("predicted").asDouble());
            assertThat(last.get("upper").asDouble()).isGreaterThan(last.get("predicted").asDouble());
            assertThat(points.get(SPIKE).get("score").asDouble()).isGreaterThan(0.999);

            JsonNode anomalies = get(platform, "/api/v1/series/" + id + "/anomalies");
            assertThat(anomalies.size()).isGreaterThanOrEqualTo(1);
            Instant spike = start.plus(STEP.multipliedBy(SPIKE));
            assertThat(anomalies.valueStream()).anyMatch(event -> Instant.parse(event.get("peakTime").asString()).equals(spike)
                    && event.get("peakValue").asDouble() == values[SPIKE]);

            JsonNode forecast = get(platform, "/api/v1/series/" + id + "/forecast?horizon=24&levels=0.8,0.95");
            assertThat(Duration.parse(forecast.get("step").asString())).isEqualTo(STEP);
            assertThat(forecast.get("points").size()).isEqualTo(24);
            double error = 0;
            double spread = 0;
            for (int h = 0; h < 24; h++) {
                JsonNode point = forecast.get("points").get(h);
                assertThat(Instant.parse(point.get("time").asString())).isEqualTo(start.plus(STEP.multipliedBy(COUNT + h)));
                assertThat(point.get("lo-95").asDouble()).isLessThanOrEqualTo(point.get("lo-80").asDouble());
                assertThat(point.get("lo-80").asDouble()).isLessThan(point.get("mean").asDouble());
                assertThat(point.get("hi-80").asDouble()).isGreaterThan(point.get("mean").asDouble());
                error += Math.abs(point.get("mean").asDouble() - wave(COUNT + h));
                spread += Math.abs(wave(COUNT + h) - wave(COUNT - 1));
            }
            // Not only numbers in the right places: better than repeating the last level of a plain wave.
            assertThat(error).isLessThan(spread / 2);
        }
    }

    private static double wave(int step) {
        return 5 + 2 * Math.sin(2 * Math.PI * step / 48);
    }

    private static double[] signal() {
        SplittableRandom random = new SplittableRandom(20_260_101L);
        double[] values = new double[COUNT];
        for (int i = 0; i < COUNT; i++) {
            values[i] = wave(i) + 0.05 * random.nextGaussian();
        }
        values[SPIKE] += 6;
        return values;
    }

    private static void write(Platform platform, Instant start, double[] values) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            points.add(Point.measurement(SERIES.measurement()).addTags(SERIES.tags()).addField(SERIES.field(), values[i])
                    .time(start.plus(STEP.multipliedBy(i)), WritePrecision.S));
        }
        try (InfluxDBClient client = InfluxDBClientFactory.create(platform.ingestUrl().toString(), "any".toCharArray(), "org",
                SERIES.bucket())) {
            client.enableGzip();
            client.getWriteApiBlocking().writePoints(points);
        }
    }

    private static List<StreamMessage.SeriesSamples> readTopic(Platform platform) {
        Map<String, Object> settings = Map.of("bootstrap.servers", platform.bootstrapServers(), "auto.offset.reset", "earliest");
        List<StreamMessage.SeriesSamples> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.SAMPLES).stream()
                    .map(p -> new TopicPartition(p.topic(), p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                for (ConsumerRecord<byte[], byte[]> found : consumer.poll(Duration.ofMillis(200))) {
                    assertThat(new String(found.key(), StandardCharsets.UTF_8)).isEqualTo(SERIES.canonical());
                    all.addAll(((StreamMessage.Samples) StreamCodec.decode(found.value())).series());
                }
            }
        }
        return all;
    }

    private JsonNode get(Platform platform, String path) throws Exception {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(platform.url() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    private static double query(Platform platform, String sql) throws Exception {
        var database = platform.database();
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getDouble(1);
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < 600; i++) {
            if (condition.call()) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("waited 60 s for " + what);
    }
}
