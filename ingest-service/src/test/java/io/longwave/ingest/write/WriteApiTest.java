package io.longwave.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.wire.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real service over a real broker. Each test writes to a bucket of its own. */
class WriteApiTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static TestBroker broker;
    private static IngestServer server;

    @BeforeAll
    static void start() {
        broker = new TestBroker();
        server = new IngestServer(broker.servers(), "longwave.ingest.max-body=4MB", "longwave.ingest.max-record=4KB");
    }

    @AfterAll
    static void stop() {
        server.close();
        broker.close();
    }

    @Test
    void aWrittenPointIsOnKafkaWhenTheAnswerComes() throws Exception {
        HttpResponse<String> answer = server.post("/api/v2/write?org=o&bucket=first&precision=s",
                "pump,site=north pressure=1.5 1700000000\n");
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(broker.samples("first")).isEqualTo(Map.of("pump,site=north#pressure", Map.of(1_700_000_000_000_000_000L, 1.5)));
    }

    @Test
    void theRecordKeyIsTheSeriesKeyAndEqualKeysShareAPartition() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(server.post("/api/v2/write?bucket=keys", "m,a=1,b=2 f=" + i + " " + i + "\nm,b=2,a=1 g=1 " + i).statusCode())
                    .isEqualTo(204);
        }
        var records = broker.records(Topics.SAMPLES).stream()
                .filter(r -> new String(r.key(), StandardCharsets.UTF_8).equals("default/keys/m,a=1,b=2#f")).toList();
        assertThat(records).hasSize(5);
        assertThat(records).extracting(r -> r.partition()).containsOnly(records.get(0).partition());
    }

    @Test
    void theFormContentTypeThatCurlSendsDoesNotEatTheBody() throws Exception {
        assertThat(server.post("/api/v2/write?bucket=form", "m f=1 7", "Content-Type", "application/x-www-form-urlencoded").statusCode())
                .isEqualTo(204);
        assertThat(broker.samples("form")).isEqualTo(Map.of("m#f", Map.of(7L, 1.0)));
    }

    @Test
    void aCompressedBodyIsRead() throws Exception {
        assertThat(server.post("/api/v2/write?bucket=zip", gzip("m f=1 7"), "Content-Encoding", "gzip").statusCode()).isEqualTo(204);
        assertThat(broker.samples("zip")).isEqualTo(Map.of("m#f", Map.of(7L, 1.0)));
    }

    @Test
    void goodLinesBesideABadOneAreKeptAndTheAnswerNamesTheFirstBadLine() throws Exception {
        HttpResponse<String> answer = server.post("/api/v2/write?bucket=partial", "m f=1 1\nm f= 2\nm f=3 3\nbad\n");
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.get("code").asString()).isEqualTo("invalid");
        assertThat(body.get("line").asInt()).isEqualTo(2);
        assertThat(body.get("message").asString()).contains("unable to parse 'm f= 2': line 2: expected",
                "unable to parse 'bad': line 4: expected",
                "2 lines written, dropped=2");
        assertThat(broker.samples("partial")).isEqualTo(Map.of("m#f", Map.of(1L, 1.0, 3L, 3.0)));
    }

    static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
