package io.longwave.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.ingest.prometheus.proto.Label;
import io.longwave.ingest.prometheus.proto.LabelledSeries;
import io.longwave.ingest.prometheus.proto.Sample;
import io.longwave.ingest.prometheus.proto.WriteRequest;
import io.longwave.ingest.testing.IngestServer;
import io.longwave.ingest.testing.TestBroker;
import io.longwave.ingest.stream.InFlightBytes;
import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage;
import io.longwave.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;
import tools.jackson.databind.json.JsonMapper;

class BrokerAwayTest {
    private static final byte[] REMOTE_WRITE = WriteRequest.newBuilder().addTimeseries(LabelledSeries.newBuilder()
            .addLabels(Label.newBuilder().setName("__name__").setValue("m")).addSamples(Sample.newBuilder().setValue(1).setTimestamp(1)))
            .build().toByteArray();
    private static final String OTLP = """
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{"timeUnixNano":"1","asInt":"1"}]}}]}]}]}
            """;

    @Test
    void withoutABrokerTheServiceStartsAndAsksWritersToComeBack() throws Exception {
        try (IngestServer server = new IngestServer("localhost:" + FixedPorts.free(), "longwave.ingest.retry-after=7s")) {
            refusesFor(server.post("/api/v2/write?bucket=b", "m f=1 5"), "7");
            refusesFor(server.post("/write?db=d", "m f=1 5"), "7");
            // A bad line is not looked at either: 400 would make the client drop the good ones beside it.
            refusesFor(server.post("/api/v2/write?bucket=b", "bad"), "7");
            assertThat(server.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(server.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
            assertThat(server.get("/health").statusCode()).isEqualTo(503);
            assertThat(server.get("/ready").statusCode()).isEqualTo(503);
            assertThat(server.get("/ping").statusCode()).isEqualTo(204);
            assertThat(server.metric("longwave_ingest_turned_away_total{cause=\"broker\"}")).isEqualTo(3);
        }
    }

    @Test
    void whenTheBrokerGoesAwayWritesAreNeverAnsweredAsWrittenNorAsBad() throws Exception {
        try (TestBroker broker = new TestBroker()) {
            // The topics are made before: who asks the broker as rarely as below would not come back to them if that took too long.
            try (IngestServer first = new IngestServer(broker.servers(), "longwave.ingest.broker-check=200ms")) {
                acceptsEventually(first, "m f=1 4");
            }
            // The check is rare here, so that the first write after the broker's end meets the dead broker itself.
            try (IngestServer server = new IngestServer(broker.servers(), "longwave.ingest.delivery-timeout=5s",
                    "longwave.ingest.broker-check=1h")) {
                acceptsEventually(server, "m f=1 5"); // the very first write may take a slow machine longer than the timeout
                broker.close();
                for (int i = 0; i < 3; i++) {
                    refusesFor(server.post("/api/v2/write?bucket=b", "m f=1 5\nn f=2 5\nbad"), "5");
                }
                assertThat(server.bean(InFlightBytes.class).used()).isZero();
            }
        }
    }

    @Test
    void whenTheBrokerComesAndWhenItComesBackWritesAreAccepted(@TempDir Path directory) throws Exception {
        try (RestartableBroker broker = new RestartableBroker(directory);
                IngestServer server = new IngestServer(broker.servers(), "longwave.ingest.delivery-timeout=2s",
                        "longwave.ingest.broker-check=200ms")) {
            refusesFor(server.post("/api/v2/write?bucket=b", "m f=1 1"), "5");
            broker.start();
            acceptsEventually(server, "m f=2 2");
            intake(broker, "m f=5 5");
            broker.stop();
            refusesFor(server.post("/api/v2/write?bucket=b", "m f=3 3"), "5");
            comesBack(server.post("/api/v1/write", Snappy.compress(REMOTE_WRITE), "Content-Type", "application/x-protobuf",
                    "Content-Encoding", "snappy"), "5");
            comesBack(server.post("/v1/metrics", OTLP, "Content-Type", "application/json"), "5");
            broker.start();
            acceptsEventually(server, "m f=4 4");
            intake(broker, "m f=6 6");
            // A write may succeed while the last question to the broker that was away still waits for its answer.
            for (int i = 0; i < 600 && server.get("/actuator/health/readiness").statusCode() != 200; i++) {
                Thread.sleep(100);
            }
            assertThat(server.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
            // What was answered with 503 may be there too, once or more often: series and time make it the same sample.
            assertThat(times(broker)).contains(2L, 4L);
            for (int i = 0; i < 600 && !times(broker).containsAll(Set.of(5L, 6L)); i++) {
                Thread.sleep(100);
            }
            assertThat(times(broker)).as("records of the intake topic").contains(5L, 6L);
        }
    }

    private static void intake(RestartableBroker broker, String line) throws Exception {
        try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.servers()), new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.INTAKE, line.getBytes(StandardCharsets.UTF_8))).get();
        }
    }

    private static Set<Long> times(RestartableBroker broker) {
        Set<Long> times = new HashSet<>();
        for (var record : TestBroker.records(broker.servers(), Topics.SAMPLES)) {
            for (var series : ((StreamMessage.Samples) StreamCodec.decode(record.value())).series()) {
                for (long time : series.timeNanos()) {
                    times.add(time);
                }
            }
        }
        return times;
    }

    /** As a client does: the same write again until it is accepted; nothing but 503 in between. */
    private static void acceptsEventually(IngestServer server, String line) throws Exception {
        HttpResponse<String> answer = server.post("/api/v2/write?bucket=b", line);
        for (int i = 0; i < 600 && answer.statusCode() != 204; i++) {
            refusesFor(answer, "5");
            Thread.sleep(100);
            answer = server.post("/api/v2/write?bucket=b", line);
        }
        assertThat(answer.statusCode()).isEqualTo(204);
    }

    private static void refusesFor(HttpResponse<String> answer, String seconds) {
        comesBack(answer, seconds);
        assertThat(JsonMapper.builder().build().readTree(answer.body()).get("code").asString()).isEqualTo("unavailable");
    }

    private static void comesBack(HttpResponse<String> answer, String seconds) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains(seconds);
    }
}
