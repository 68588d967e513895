package io.longwave.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.ingest.testing.IngestServer;
import io.longwave.ingest.testing.TestBroker;
import io.longwave.wire.StreamTopicsException;
import io.longwave.wire.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Services with settings of their own on one broker. */
class StartTest {
    private static TestBroker broker;

    @BeforeAll
    static void start() {
        broker = new TestBroker();
        new IngestServer(broker.servers(), "longwave.stream.partitions=3").close();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void anotherPartitionCountFailsTheStartWithOneSentence() {
        assertThatThrownBy(() -> new IngestServer(broker.servers(), "longwave.stream.partitions=8").close()).rootCause()
                .isInstanceOf(StreamTopicsException.class).hasMessageStartingWith("Kafka topic " + Topics.SAMPLES
                        + ": expected 8 partitions (longwave.stream.partitions) but it has 3; set longwave.stream.partitions=3");
    }

    @ParameterizedTest
    @CsvSource({"longwave.ingest.max-bodi=1MB,max-bodi", "longwave.ingest.tokens[0].tenent=x,tenent",
            "longwave.stream.partition=3,partition",
            "longwave.kafka.bootstrap-server=x:1,bootstrap-server", "longwave.ingest.max-body=0B,longwave.ingest.max-body",
            "longwave.ingest.max-record=2MB,longwave.ingest.max-record"})
    void aMisspeltKeyOrAnImpossibleValueFailsTheStart(String setting, String named) {
        assertThatThrownBy(() -> new IngestServer(broker.servers(), setting, "longwave.stream.partitions=3").close())
                .satisfies(failure -> assertThat(messages(failure)).contains(named));
    }

    private static String messages(Throwable failure) {
        StringBuilder all = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            all.append(cause.getMessage()).append('\n');
        }
        return all.toString();
    }

    @Test
    void withTokensConfiguredOnlyTheirHoldersWriteAndEachForItsTenant() throws Exception {
        try (IngestServer server = new IngestServer(broker.servers(), "longwave.stream.partitions=3",
                "longwave.ingest.tokens[0].token=s3cret==", "longwave.ingest.tokens[0].tenant=acme",
                "longwave.ingest.tokens[1].token=other",
                "longwave.ingest.tokens[1].tenant=umbrella")) {
            String path = "/api/v2/write?bucket=tokens&org=ignored";
            for (HttpResponse<String> refused : List.of(server.post(path, "m f=0 1"),
                    server.post(path, "m f=0 1", "Authorization", "Token wrong"),
                    server.post(path, "m f=0 1", "Authorization", "s3cret=="), server.post(path + "&p=other", "m f=0 1"),
                    server.post("/write?db=tokens&p=wrong", "m f=0 1"), server.post(path, "m f=0 1", "Authorization", "Basic ???"))) {
                assertThat(refused.statusCode()).isEqualTo(401);
                assertThat(JsonMapper.builder().build().readTree(refused.body()).get("code").asString()).isEqualTo("unauthorized");
                assertThat(refused.body()).contains("unauthorized access");
            }
            assertThat(server.post(path, "m f=1 1", "Authorization", "Token s3cret==").statusCode()).isEqualTo(204);
            assertThat(server.post(path, "m f=2 2", "Authorization", "Bearer s3cret==").statusCode()).isEqualTo(204);
            assertThat(server.post(path, "m f=3 3", "Authorization", "Token other").statusCode()).isEqualTo(204);
            assertThat(server.post("/write?db=tokens&u=any&p=other", "m f=4 4").statusCode()).isEqualTo(204);
            String basic = Base64.getEncoder().encodeToString("any:other".getBytes(StandardCharsets.UTF_8));
            assertThat(server.post("/write?db=tokens", "m f=5 5", "Authorization", "Basic " + basic).statusCode()).isEqualTo(204);
            assertThat(server.get("/ping").statusCode()).isEqualTo(204);
            var written = broker.samples("tokens");
            assertThat(written).containsOnlyKeys("acme/m#f", "umbrella/m#f");
            assertThat(written.get("acme/m#f")).isEqualTo(Map.of(1L, 1.0, 2L, 2.0));
            assertThat(written.get("umbrella/m#f")).isEqualTo(Map.of(3L, 3.0, 4L, 4.0, 5L, 5.0));
        }
    }

    /** Eight times a gigabyte of zeros does not fit into the heap of this test: what is not bounded fails here. */
    @Test
    void gigabytesPackedIntoMegabytesAreRefusedWithBoundedMemory() throws Exception {
        byte[] bomb = bomb();
        assertThat(bomb.length).isLessThan(2 << 20);
        try (IngestServer server = new IngestServer(broker.servers(), "longwave.stream.partitions=3");
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/api/v2/write?bucket=bomb"))
                    .header("Content-Encoding", "gzip")
                    .POST(BodyPublishers.ofByteArray(bomb)).build();
            HttpResponse<String> alone = client.send(request, BodyHandlers.ofString());
            assertThat(alone.statusCode()).isEqualTo(413);
            assertThat(alone.body()).contains("request too large", "expected at most 67108864 bytes");
            List<CompletableFuture<HttpResponse<String>>> together = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                together.add(client.sendAsync(request, BodyHandlers.ofString()));
            }
            for (var answer : together) {
                assertThat(answer.join().statusCode()).isIn(413, 429);
            }
            assertThat(server.metric("longwave_ingest_in_flight_bytes")).isZero();
            assertThat(server.post("/api/v2/write?bucket=bomb", "m f=1 5").statusCode()).isEqualTo(204);
        }
    }

    private static byte[] bomb() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed, 1 << 16)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 1024; i++) {
                out.write(zeros);
            }
        }
        return packed.toByteArray();
    }
}
