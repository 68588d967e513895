package io.longwave.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.ingest.testing.IngestServer;
import io.longwave.ingest.testing.TestBroker;
import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.WriteApi;
import com.influxdb.client.WriteApiBlocking;
import com.influxdb.client.WriteOptions;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.write.Point;
import com.influxdb.exceptions.BadRequestException;
import io.longwave.ingest.stream.InFlightBytes;
import io.longwave.wire.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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

    @Test
    void equalTimesOfASeriesMergeAndTheLastOneWins() throws Exception {
        assertThat(server.post("/api/v2/write?bucket=merge", "m f=1,g=10 5\nm g=20 5\nm f=3 5\n").statusCode()).isEqualTo(204);
        assertThat(broker.samples("merge")).isEqualTo(Map.of("m#f", Map.of(5L, 3.0), "m#g", Map.of(5L, 20.0)));
    }

    @Test
    void aPointWithoutTimestampGetsTheServersTimeInTheUnitOfTheRequest() throws Exception {
        long before = System.currentTimeMillis() / 1000;
        assertThat(server.post("/api/v2/write?bucket=now&precision=s", "m f=1\nm f=2").statusCode()).isEqualTo(204);
        long after = System.currentTimeMillis() / 1000;
        Map<Long, Double> times = broker.samples("now").getOrDefault("m#f", Map.of());
        assertThat(times.values()).containsExactly(2.0);
        assertThat(times.keySet()).allSatisfy(time -> assertThat(time).isBetween(before * 1_000_000_000, after * 1_000_000_000));
        assertThat(times.keySet()).allSatisfy(time -> assertThat(time % 1_000_000_000).isZero());
    }

    @Test
    void aLongSeriesTravelsInSeveralRecordsInOrderOfTime() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 999; i >= 0; i--) {
            lines.append("m f=").append(i).append(' ').append(i).append('\n');
        }
        assertThat(server.post("/api/v2/write?bucket=long", lines.toString()).statusCode()).isEqualTo(204);
        assertThat(broker.samples("long").getOrDefault("m#f", Map.of())).hasSize(1000);
        var records = broker.records(Topics.SAMPLES).stream().filter(r -> new String(r.key(), StandardCharsets.UTF_8).contains("/long/"))
                .toList();
        assertThat(records).hasSizeGreaterThan(3).allMatch(r -> r.value().length <= 4096);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "nan", "Inf", "-inf", "+Infinity"})
    void numbersThatAreNotFiniteAreUnparsable(String written) throws Exception {
        HttpResponse<String> answer = server.post("/api/v2/write?bucket=nan", "m f=" + written + " 5");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).get("message").asString())
                .contains("unable to parse 'm f=" + written + " 5'", "expected a finite number but found '" + written + "'");
        assertThat(broker.samples("nan")).isEmpty();
    }

    @Test
    void whenAllLinesParseAndSomeCannotBeKeptTheAnswerIs422AndTheOthersAreKept() throws Exception {
        HttpResponse<String> answer = server.post("/api/v2/write?bucket=rejected",
                "m f=1 1\nm f=1e400 2\nm f=3 9223372036854775807\n_m f=4 4\n");
        assertThat(answer.statusCode()).isEqualTo(422);
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.get("code").asString()).isEqualTo("unprocessable entity");
        assertThat(body.get("message").asString()).startsWith("failure writing points to database: partial write: ").endsWith("dropped=3")
                .contains("'1e400'");
        assertThat(broker.samples("rejected")).isEqualTo(Map.of("m#f", Map.of(1L, 1.0)));
    }

    @Test
    void aTimestampInAUnitThatDoesNotFitIsRejectedWithItsReason() throws Exception {
        HttpResponse<String> answer = server.post("/api/v2/write?bucket=unit&precision=s", "m f=1 1700000000000000000");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("timestamps in seconds", "1700000000000000000");
    }

    @Test
    void refusedLinesAreOnTheDeadLetterTopicBeforeTheAnswerComes() throws Exception {
        server.post("/api/v2/write?bucket=dead", "m f=1 1\nm f=é\u0001 2\n_m f=1 3");
        List<JsonNode> letters = broker.records(Topics.DEAD_LETTER).stream().map(r -> JSON.readTree(r.value()))
                .filter(letter -> letter.get("bucket").asString().equals("dead")).toList();
        assertThat(letters).hasSize(2);
        assertThat(letters.get(0).get("reason").asString()).isEqualTo("syntax");
        assertThat(letters.get(0).get("text").asString()).isEqualTo("m f=é\u0001 2");
        assertThat(letters.get(0).get("detail").asString()).contains("expected a number");
        assertThat(letters.get(0).get("line").asInt()).isEqualTo(2);
        assertThat(letters.get(0).get("tenant").asString()).isEqualTo("default");
        assertThat(letters.get(0).get("source").asString()).isEqualTo("influx-line");
        assertThat(java.time.Instant.parse(letters.get(0).get("receivedAt").asString())).isBeforeOrEqualTo(java.time.Instant.now());
        assertThat(letters.get(1).get("reason").asString()).isEqualTo("reserved-name");
    }

    @Test
    void theAnswerNamesAHundredBadLinesAndCountsTheOthersAndAThousandBecomeDeadLetters() throws Exception {
        HttpResponse<String> answer = server.post("/api/v2/write?bucket=many", "bad\n".repeat(1500));
        String message = JSON.readTree(answer.body()).get("message").asString();
        assertThat(message.lines().filter(line -> line.startsWith("unable to parse 'bad'"))).hasSize(100);
        assertThat(message).contains("and 1400 more", "dropped=1500");
        assertThat(broker.records(Topics.DEAD_LETTER).stream().map(r -> JSON.readTree(r.value()))
                .filter(letter -> letter.get("bucket").asString().equals("many"))).hasSize(1000);
        assertThat(server.metric("longwave_ingest_deadletters_omitted_total")).isEqualTo(500);
    }

    @Test
    void stringsAndBooleansAreAcceptedSkippedAndCounted() throws Exception {
        double strings = server.metric("longwave_ingest_skipped_fields_total{type=\"string\"}");
        double booleans = server.metric("longwave_ingest_skipped_fields_total{type=\"boolean\"}");
        double samples = server.metric("longwave_ingest_samples_total");
        assertThat(server.post("/api/v2/write?bucket=skip", "m s=\"a b\",b=t,f=1 5\nm s=\"only\" 6").statusCode()).isEqualTo(204);
        assertThat(broker.samples("skip")).isEqualTo(Map.of("m#f", Map.of(5L, 1.0)));
        assertThat(server.metric("longwave_ingest_skipped_fields_total{type=\"string\"}")).isEqualTo(strings + 2);
        assertThat(server.metric("longwave_ingest_skipped_fields_total{type=\"boolean\"}")).isEqualTo(booleans + 1);
        assertThat(server.metric("longwave_ingest_samples_total")).isEqualTo(samples + 1);
    }

    @Test
    void refusedLinesAreCountedByReasonAndMemoryIsGivenBack() throws Exception {
        double before = server.metric("longwave_ingest_refused_lines_total{reason=\"duplicate-tag\"}");
        server.post("/api/v2/write?bucket=count", "m,a=1,a=2 f=1 5\nm,a=1,a=2 f=1 6");
        assertThat(server.metric("longwave_ingest_refused_lines_total{reason=\"duplicate-tag\"}")).isEqualTo(before + 2);
        assertThat(server.metric("longwave_ingest_in_flight_bytes")).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "/api/v2/write?bucket=b&precision=m   | query parameter precision: expected ns, us, ms or s but found 'm'",
            "/api/v2/write?bucket=b&precision=NS  | query parameter precision: expected ns, us, ms or s but found 'NS'",
            "/api/v2/write?org=o                  | query parameter bucket: expected a name but found none",
            "/api/v2/write?bucket=                | query parameter bucket: expected a name but found none",
            "/api/v2/write?bucket=a%00b           | query parameter bucket: expected no control characters",
            "/write                               | query parameter db: expected a name but found none",
            "/write?db=d&precision=ps             | query parameter precision: expected n, u, ms, s, m or h but found 'ps'"})
    void aWrongParameterIsAnsweredWithWhatWasExpected(String path, String message) throws Exception {
        HttpResponse<String> answer = server.post(path, "m f=1 5");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).get("code").asString()).isEqualTo("invalid");
        assertThat(JSON.readTree(answer.body()).get("message").asString()).isEqualTo(message);
        assertThat(answer.headers().firstValue("X-Influx-Error")).contains(message);
    }

    @Test
    void anEmptyBodyOrOneOfCommentsHasNothingToRefuse() throws Exception {
        assertThat(server.post("/api/v2/write?bucket=b", "").statusCode()).isEqualTo(204);
        assertThat(server.post("/api/v2/write?bucket=b", "# nothing\n\n").statusCode()).isEqualTo(204);
    }

    @Test
    void bucketsWithSpacesAndSlashesAreDecodedAndEscaped() throws Exception {
        assertThat(server.post("/api/v2/write?bucket=a%20b%2Fc+d", "m f=1 5").statusCode()).isEqualTo(204);
        assertThat(broker.records(Topics.SAMPLES)).extracting(r -> new String(r.key(), StandardCharsets.UTF_8))
                .contains("default/a b\\/c d/m#f");
    }

    @ParameterizedTest
    @CsvSource({"'',1", "n,1", "u,1000", "ms,1000000", "s,1000000000", "m,60000000000", "h,3600000000000"})
    void version1WritesToItsDatabaseInItsUnits(String precision, long nanos) throws Exception {
        String database = "v1-" + precision;
        assertThat(server.post("/write?db=" + database + "&precision=" + precision, "m f=1 7").statusCode()).isEqualTo(204);
        assertThat(broker.samples(database)).isEqualTo(Map.of("m#f", Map.of(7 * nanos, 1.0)));
    }

    @Test
    void version1FindsItsErrorWhereItLooks() throws Exception {
        HttpResponse<String> answer = server.post("/write?db=d&rp=week", "bad");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).get("error").asString()).startsWith("unable to parse 'bad'").contains("partial write");
    }

    @Test
    void zstdIsReadTooAndAnUnknownEncodingIsNamed() throws Exception {
        byte[] packed = com.github.luben.zstd.Zstd.compress("m f=1 7".getBytes(StandardCharsets.UTF_8));
        assertThat(server.post("/api/v2/write?bucket=zstd", packed, "Content-Encoding", "zstd").statusCode()).isEqualTo(204);
        assertThat(broker.samples("zstd")).isEqualTo(Map.of("m#f", Map.of(7L, 1.0)));
        HttpResponse<String> answer = server.post("/api/v2/write?bucket=zstd", "m f=1 7", "Content-Encoding", "br");
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("expected gzip, zstd or identity but found 'br'");
        assertThat(answer.headers().firstValue("Accept-Encoding")).contains("gzip, zstd, identity");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void brokenCompressionIsUnparsableAndNothingIsWritten(String encoding) throws Exception {
        String lines = "m f=1 7\n".repeat(5000);
        byte[] whole = encoding.equals("gzip") ? gzip(lines) : com.github.luben.zstd.Zstd.compress(lines.getBytes(StandardCharsets.UTF_8));
        for (byte[] broken : new byte[][]{"m f=1 7".getBytes(StandardCharsets.UTF_8), Arrays.copyOf(whole, whole.length - 6)}) {
            HttpResponse<String> answer = server.post("/api/v2/write?bucket=broken", broken, "Content-Encoding", encoding);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("expected a body compressed with " + encoding);
        }
        assertThat(broker.samples("broken")).isEmpty();
    }

    @Test
    void aBodyAboveTheLimitIsTooLargeHoweverItComesAndNothingIsWritten() throws Exception {
        String line = "m f=1 7\n";
        String tooLarge = line.repeat((4 << 20) / line.length() + 1);
        for (HttpResponse<String> answer : List.of(server.post("/api/v2/write?bucket=large", tooLarge),
                server.post("/api/v2/write?bucket=large", gzip(tooLarge), "Content-Encoding", "gzip"))) {
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(JSON.readTree(answer.body()).get("code").asString()).isEqualTo("request too large");
            assertThat(answer.body()).contains("expected at most 4194304 bytes");
        }
        assertThat(broker.samples("large")).isEmpty();
        assertThat(server.post("/api/v2/write?bucket=largest", line.repeat((4 << 20) / line.length())).statusCode()).isEqualTo(204);
    }

    @Test
    void anEndlessRowOfEmptyGzipMembersIsTooLarge() throws Exception {
        byte[] empty = gzip("");
        byte[] row = new byte[5 << 20];
        for (int i = 0; i + empty.length <= row.length; i += empty.length) {
            System.arraycopy(empty, 0, row, i, empty.length);
        }
        assertThat(server.post("/api/v2/write?bucket=b", row, "Content-Encoding", "gzip").statusCode()).isEqualTo(413);
    }

    @Test
    void withoutRoomInMemoryTheClientIsAskedToComeBack() throws Exception {
        InFlightBytes inFlight = server.bean(InFlightBytes.class);
        try (InFlightBytes.Share others = inFlight.open()) {
            others.grow(Runtime.getRuntime().maxMemory() / 4 - 1000);
            HttpResponse<String> answer = server.post("/api/v2/write?bucket=b", "m f=1 5");
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).contains("5");
            assertThat(JSON.readTree(answer.body()).get("code").asString()).isEqualTo("too many requests");
        }
        assertThat(server.post("/api/v2/write?bucket=b", "m f=1 5").statusCode()).isEqualTo(204);
    }

    @Test
    void clientsFindWhatTheyAskBeforeTheyWrite() throws Exception {
        for (HttpResponse<String> ping : List.of(server.get("/ping"), server.head("/ping"))) {
            assertThat(ping.statusCode()).isEqualTo(204);
            assertThat(ping.headers().firstValue("X-Influxdb-Version")).isPresent();
            assertThat(ping.headers().firstValue("X-Influxdb-Build")).contains("Longwave");
        }
        JsonNode health = JSON.readTree(server.get("/health").body());
        assertThat(health.get("status").asString()).isEqualTo("pass");
        assertThat(health.propertyNames()).containsExactlyInAnyOrder("name", "message", "status", "version");
        assertThat(JSON.readTree(server.get("/ready").body()).get("status").asString()).isEqualTo("ready");
        HttpResponse<String> readiness = server.get("/actuator/health/readiness");
        assertThat(readiness.statusCode()).isEqualTo(200);
        assertThat(readiness.body()).contains("\"broker\"");
    }

    @Test
    void theOfficialClientWritesBlockingCompressedAndInBatches() throws Exception {
        try (InfluxDBClient client = InfluxDBClientFactory.create(server.url(), "any".toCharArray(), "org", "official")) {
            assertThat(client.ping()).isTrue();
            client.enableGzip();
            WriteApiBlocking blocking = client.getWriteApiBlocking();
            blocking.writePoint(
                    Point.measurement("blocking point").addTag("a tag", "x,y=z").addField("a field", 1.25).addField("text", "skipped")
                            .time(11L, WritePrecision.MS));
            blocking.writeRecord(WritePrecision.S, "blocking line=2 12");
            try (WriteApi batching = client.makeWriteApi(WriteOptions.builder().batchSize(500).flushInterval(100).build())) {
                for (int i = 0; i < 2000; i++) {
                    batching.writePoint(Point.measurement("batching").addField("f", (double) i).time((long) i, WritePrecision.NS));
                }
            }
        }
        Map<String, Map<Long, Double>> written = broker.samples("official");
        assertThat(written.get("blocking point,a tag=x\\,y\\=z#a field")).isEqualTo(Map.of(11_000_000L, 1.25));
        assertThat(written.get("blocking#line")).isEqualTo(Map.of(12_000_000_000L, 2.0));
        assertThat(written.getOrDefault("batching#f", Map.of())).hasSize(2000).containsEntry(1234L, 1234.0);
    }

    @Test
    void theOfficialClientReportsABadLine() {
        try (InfluxDBClient client = InfluxDBClientFactory.create(server.url(), "any".toCharArray(), "org", "official-bad")) {
            assertThatThrownBy(() -> client.getWriteApiBlocking().writeRecord(WritePrecision.NS, "m f="))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("unable to parse 'm f='");
        }
    }

    static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
