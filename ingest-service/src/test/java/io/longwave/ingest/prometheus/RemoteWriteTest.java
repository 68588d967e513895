package io.longwave.ingest.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.ingest.prometheus.proto.Family;
import io.longwave.ingest.prometheus.proto.Histogram;
import io.longwave.ingest.prometheus.proto.Label;
import io.longwave.ingest.prometheus.proto.LabelledSeries;
import io.longwave.ingest.prometheus.proto.Metadata;
import io.longwave.ingest.prometheus.proto.MetricType;
import io.longwave.ingest.prometheus.proto.Request;
import io.longwave.ingest.prometheus.proto.ResetHint;
import io.longwave.ingest.prometheus.proto.Sample;
import io.longwave.ingest.prometheus.proto.SymbolizedSeries;
import io.longwave.ingest.prometheus.proto.WriteRequest;
import io.longwave.ingest.stream.InFlightBytes;
import io.longwave.ingest.testing.IngestServer;
import io.longwave.ingest.testing.TestBroker;
import io.longwave.series.DeclaredKind;
import io.longwave.wire.Topics;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real service over a real broker, and a real Prometheus where one is installed. Each test writes to a bucket of its own. */
class RemoteWriteTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String V1 = "application/x-protobuf";
    private static final String V2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
    private static final double STALE = Double.longBitsToDouble(0x7ff0_0000_0000_0002L);
    private static final long MS = 1_000_000;

    private static TestBroker broker;
    private static IngestServer server;

    @BeforeAll
    static void start() {
        broker = new TestBroker();
        server = new IngestServer(broker.servers(), "longwave.ingest.max-body=1MB");
    }

    @AfterAll
    static void stop() {
        server.close();
        broker.close();
    }

    @Test
    void aMetricIsAMeasurementItsLabelsAreTagsItsNumberIsTheFieldValue() throws Exception {
        WriteRequest request = WriteRequest.newBuilder().addTimeseries(series("__name__", "up", "instance", "a:9100", "job", "node")
                .addSamples(sample(1, 1000)).addSamples(sample(0, 2000))).build();
        HttpResponse<String> answer = write("first", V1, request.toByteArray());
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(broker.samples("first")).isEqualTo(Map.of("up,instance=a:9100,job=node#value", Map.of(1000 * MS, 1.0, 2000 * MS, 0.0)));
    }

    @Test
    void withoutABucketTheSettingSaysWhichOne() throws Exception {
        byte[] body = WriteRequest.newBuilder().addTimeseries(series("__name__", "up").addSamples(sample(1, 1))).build().toByteArray();
        assertThat(post("/api/v1/write", V1, body).statusCode()).isEqualTo(204);
        assertThat(broker.samples("prometheus")).isEqualTo(Map.of("up#value", Map.of(MS, 1.0)));
    }

    @Test
    void version2SaysHowManyOfEachKindWereWritten() throws Exception {
        Request request = Request.newBuilder().addAllSymbols(List.of("", "__name__", "a", "job", "x", "b"))
                .addTimeseries(SymbolizedSeries.newBuilder().addAllLabelsRefs(List.of(1, 2, 3, 4)).addSamples(sample(1.5, 1))
                        .addSamples(sample(2.5, 2)))
                .addTimeseries(SymbolizedSeries.newBuilder().addAllLabelsRefs(List.of(1, 5))
                        .addHistograms(Histogram.newBuilder().setCountInt(7).setSum(3.5).setTimestamp(3)))
                .build();
        HttpResponse<String> answer = write("second", V2, request.toByteArray());
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(written(answer)).isEqualTo("2 1 0");
        assertThat(broker.samples("second")).isEqualTo(Map.of("a,job=x#value", Map.of(MS, 1.5, 2 * MS, 2.5), "b#count",
                Map.of(3 * MS, 7.0), "b#sum", Map.of(3 * MS, 3.5)));
    }

    @Test
    void withoutATypeOnlyNamesThatNothingElseHasAreCounters() throws Exception {
        write("named", V1, WriteRequest.newBuilder().addTimeseries(series("__name__", "a_total").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "b_bucket", "le", "+Inf").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "c_bucket").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "d_count").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "e").addSamples(sample(1, 1))).build().toByteArray());
        assertThat(broker.kinds("named"))
                .isEqualTo(Map.of("a_total#value", DeclaredKind.COUNTER_BY_NAME, "b_bucket,le=+Inf#value", DeclaredKind.COUNTER_BY_NAME));
    }

    @Test
    void metadataOfAnEarlierRequestSayWhatASeriesIs() throws Exception {
        WriteRequest.Builder metadata = WriteRequest.newBuilder();
        Map.of("a", MetricType.METRIC_TYPE_COUNTER, "b_total", MetricType.METRIC_TYPE_GAUGE, "c", MetricType.METRIC_TYPE_HISTOGRAM, "d",
                MetricType.METRIC_TYPE_SUMMARY, "e_count", MetricType.METRIC_TYPE_GAUGE, "g", MetricType.METRIC_TYPE_GAUGE, "f",
                MetricType.METRIC_TYPE_UNSPECIFIED)
                .forEach((name, type) -> metadata.addMetadata(Family.newBuilder().setMetricFamilyName(name).setType(type)));
        assertThat(write("told", V1, metadata.build().toByteArray()).statusCode()).isEqualTo(204);
        byte[] samples = WriteRequest.newBuilder().addTimeseries(series("__name__", "a_total").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "a_created").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "b_total").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "c_bucket", "le", "1").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "c_sum").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "d", "quantile", "0.5").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "d_count").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "e_count").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "f_count").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "g_total").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "g_sum").addSamples(sample(1, 1)))
                .addTimeseries(series("__name__", "a_seconds").addSamples(sample(1, 1))).build().toByteArray();
        write("told", V1, samples);
        assertThat(broker.kinds("told")).isEqualTo(Map.of("g_total#value", DeclaredKind.COUNTER_BY_NAME, "a_total#value",
                DeclaredKind.COUNTER, "a_created#value", DeclaredKind.GAUGE,
                "b_total#value", DeclaredKind.GAUGE, "c_bucket,le=1#value", DeclaredKind.COUNTER, "c_sum#value", DeclaredKind.COUNTER,
                "d,quantile=0.5#value", DeclaredKind.GAUGE, "d_count#value", DeclaredKind.COUNTER, "e_count#value", DeclaredKind.GAUGE));
        write("untold", V1, samples);
        assertThat(broker.kinds("untold")).as("what a name says is told as such")
                .containsEntry("a_total#value", DeclaredKind.COUNTER_BY_NAME)
                .containsEntry("b_total#value", DeclaredKind.COUNTER_BY_NAME);
        assertThat(broker.kinds("untold")).as("of another bucket nothing was told").doesNotContainKeys("c_sum#value", "e_count#value");
    }

    @Test
    void version2SaysOfEachSeriesWhatItIs() throws Exception {
        Request.Builder request = Request.newBuilder().addAllSymbols(List.of("", "__name__", "a", "b_sum", "c_total", "h"));
        MetricType[] types = {MetricType.METRIC_TYPE_COUNTER, MetricType.METRIC_TYPE_SUMMARY, MetricType.METRIC_TYPE_GAUGE};
        for (int i = 0; i < types.length; i++) {
            request.addTimeseries(SymbolizedSeries.newBuilder().addAllLabelsRefs(List.of(1, 2 + i)).addSamples(sample(1, 1))
                    .setMetadata(Metadata.newBuilder().setType(types[i])));
        }
        request.addTimeseries(
                SymbolizedSeries.newBuilder().addAllLabelsRefs(List.of(1, 5)).addHistograms(Histogram.newBuilder().setCountInt(7)
                        .setSum(3.5).setTimestamp(3)));
        request.addTimeseries(
                SymbolizedSeries.newBuilder().addAllLabelsRefs(List.of(1, 2)).addHistograms(Histogram.newBuilder().setCountInt(7)
                        .setSum(3.5).setTimestamp(3).setResetHint(ResetHint.RESET_HINT_GAUGE)));
        assertThat(write("typed", V2, request.build().toByteArray()).statusCode()).isEqualTo(204);
        assertThat(broker.kinds("typed"))
                .isEqualTo(Map.of("a#value", DeclaredKind.COUNTER, "b_sum#value", DeclaredKind.COUNTER, "c_total#value",
                        DeclaredKind.GAUGE, "h#count", DeclaredKind.COUNTER, "h#sum", DeclaredKind.COUNTER, "a#count", DeclaredKind.GAUGE,
                        "a#sum",
                        DeclaredKind.GAUGE));
    }

    @Test
    void samplesMayComeInAnyOrderAndAgain() throws Exception {
        for (int time : new int[]{30, 10, 20}) {
            assertThat(write("order", V1, WriteRequest.newBuilder()
                    .addTimeseries(series("__name__", "m").addSamples(sample(time, time))).build().toByteArray()).statusCode())
                    .isEqualTo(204);
        }
        assertThat(broker.samples("order")).isEqualTo(Map.of("m#value", Map.of(30 * MS, 30.0, 10 * MS, 10.0, 20 * MS, 20.0)));
    }

    @Test
    void aSeriesThatCannotBeKeptIsNamedAndTheOthersAreWritten() throws Exception {
        WriteRequest request = WriteRequest.newBuilder()
                .addTimeseries(series("__name__", "good").addSamples(sample(1, 1)).addSamples(sample(2, Long.MAX_VALUE)))
                .addTimeseries(series("job", "nameless").addSamples(sample(3, 3)))
                .addTimeseries(series("__name__", "twice", "a", "1", "a", "2").addSamples(sample(4, 4)))
                .addTimeseries(series("__name__", "long", "a", "x".repeat(2000)).addSamples(sample(5, 5)))
                .addTimeseries(series("__name__", "alsoGood", "empty", "").addSamples(sample(6, 6))).build();
        HttpResponse<String> answer = write("partial", V1, request.toByteArray());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain;charset=UTF-8");
        assertThat(answer.body()).contains("'good{}': series 1: timestamp: expected", "9223372036854775807",
                "'{job=\"nameless\"}': series 2: labels: expected the name of a metric",
                "series 3: labels: expected each name once but found a twice",
                "series 4: series key: expected at most 1024 bytes", "partial write: 2 samples written, refused=4");
        assertThat(written(answer)).isEqualTo("2 0 0");
        assertThat(broker.samples("partial")).isEqualTo(Map.of("good#value", Map.of(MS, 1.0), "alsoGood#value", Map.of(6 * MS, 6.0)));
        List<JsonNode> letters = broker.records(Topics.DEAD_LETTER).stream().map(r -> JSON.readTree(r.value()))
                .filter(letter -> letter.get("bucket").asString().equals("partial")).toList();
        assertThat(letters)
                .extracting(letter -> letter.get("source").asString() + " " + letter.get("reason").asString() + " " + letter.get("line"))
                .containsExactly("prometheus-remote-write time-out-of-range 1", "prometheus-remote-write syntax 2",
                        "prometheus-remote-write duplicate-tag 3", "prometheus-remote-write series-key 4");
    }

    @Test
    void referencesThatPointNowhereRefuseTheirSeriesAlone() throws Exception {
        Request request = Request.newBuilder().addAllSymbols(List.of("", "__name__", "a"))
                .addTimeseries(SymbolizedSeries.newBuilder().addAllLabelsRefs(List.of(1, 9)).addSamples(sample(1, 1)))
                .addTimeseries(SymbolizedSeries.newBuilder().addAllLabelsRefs(List.of(1, -1)).addSamples(sample(1, 1)))
                .addTimeseries(SymbolizedSeries.newBuilder().addAllLabelsRefs(List.of(1, 2, 1)).addSamples(sample(1, 1)))
                .addTimeseries(SymbolizedSeries.newBuilder().addAllLabelsRefs(List.of(1, 2)).addSamples(sample(1, 1))).build();
        HttpResponse<String> answer = write("references", V2, request.toByteArray());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("series 1: labels_refs: expected indices into 3 symbols but found 9", "series 2",
                "found 4294967295",
                "series 3: labels_refs: expected pairs");
        assertThat(written(answer)).isEqualTo("1 0 0");
        assertThat(broker.samples("references")).isEqualTo(Map.of("a#value", Map.of(MS, 1.0)));
    }

    @Test
    void staleMarkersAndWhatIsNotFiniteAreAcceptedSkippedAndCounted() throws Exception {
        double stale = server.metric("longwave_ingest_skipped_fields_total{type=\"stale\"}");
        double notFinite = server.metric("longwave_ingest_skipped_fields_total{type=\"not-finite\"}");
        double buckets = server.metric("longwave_ingest_skipped_fields_total{type=\"buckets\"}");
        Request request = Request.newBuilder().addAllSymbols(List.of("", "__name__", "a", "h"))
                .addTimeseries(SymbolizedSeries.newBuilder().addAllLabelsRefs(List.of(1, 2)).addSamples(sample(Double.NaN, 1))
                        .addSamples(sample(Double.NEGATIVE_INFINITY, 2)).addSamples(sample(3, 3)).addSamples(sample(STALE, 4)))
                .addTimeseries(SymbolizedSeries.newBuilder().addAllLabelsRefs(List.of(1, 3))
                        .addHistograms(Histogram.newBuilder().setCountFloat(2.5).setSum(Double.NaN).setTimestamp(5))
                        .addHistograms(Histogram.newBuilder().setSum(STALE).setTimestamp(6)))
                .build();
        HttpResponse<String> answer = write("stale", V2, request.toByteArray());
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(written(answer)).isEqualTo("4 2 0");
        assertThat(broker.samples("stale")).isEqualTo(Map.of("a#value", Map.of(3 * MS, 3.0), "h#count", Map.of(5 * MS, 2.5)));
        assertThat(server.metric("longwave_ingest_skipped_fields_total{type=\"stale\"}")).isEqualTo(stale + 2);
        assertThat(server.metric("longwave_ingest_skipped_fields_total{type=\"not-finite\"}")).isEqualTo(notFinite + 3);
        assertThat(server.metric("longwave_ingest_skipped_fields_total{type=\"buckets\"}")).isEqualTo(buckets + 1);
    }

    @Test
    void aLongTextNamedAThousandTimesCostsNothing() throws Exception {
        String longText = "x".repeat(200_000);
        SymbolizedSeries.Builder many = SymbolizedSeries.newBuilder().addSamples(sample(1, 1)).addSamples(sample(2, 2));
        for (int i = 0; i < 40_000; i++) {
            many.addLabelsRefs(2);
        }
        Request.Builder request = Request.newBuilder().addAllSymbols(List.of("", "__name__", longText, "good", "job")).addTimeseries(many);
        for (int i = 0; i < 2_000; i++) {
            request.addTimeseries(SymbolizedSeries.newBuilder().addAllLabelsRefs(List.of(1, 3, 4, 2)).addSamples(sample(1, i)));
        }
        request.addTimeseries(SymbolizedSeries.newBuilder().addAllLabelsRefs(List.of(1, 3)).addSamples(sample(7, 7)));
        HttpResponse<String> answer = write("amplified", V2, request.build().toByteArray());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body().lines().findFirst().orElse("")).startsWith("unable to keep '{xxx")
                .endsWith("': series 1: labels: expected at most 4096 characters together but found 8000000000");
        assertThat(answer.body()).contains("series 2: labels: expected at most 4096 characters together but found 200015", "and 1901 more",
                "1 samples written, refused=2002").hasSizeLessThan(100_000);
        assertThat(broker.samples("amplified")).isEqualTo(Map.of("good#value", Map.of(7 * MS, 7.0)));
    }

    @Test
    void whenMemoryIsShortTheSenderComesBackWithAllOfIt() throws Exception {
        byte[] message = WriteRequest.newBuilder().addTimeseries(series("__name__", "m").addSamples(sample(1, 1))).build().toByteArray();
        InFlightBytes inFlight = server.bean(InFlightBytes.class);
        try (InFlightBytes.Share others = inFlight.open()) {
            others.grow(Runtime.getRuntime().maxMemory() / 4 - 1000);
            HttpResponse<String> answer = write("memory", V1, message);
            assertThat(answer.statusCode()).as("after 429 senders may drop samples").isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("5");
        }
        assertThat(write("memory", V1, message).statusCode()).isEqualTo(204);
    }

    @Test
    void anEmptyRequestIsWritten() throws Exception {
        assertThat(write("empty", V1, new byte[0]).statusCode()).isEqualTo(204);
        HttpResponse<String> answer = write("empty", V2, new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(written(answer)).isEqualTo("0 0 0");
    }

    @Test
    void theContentTypeMayQuoteItsParameter() throws Exception {
        assertThat(written(write("quoted", "application/x-protobuf; proto=\"io.prometheus.write.v2.Request\"", new byte[0])))
                .isEqualTo("0 0 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-protobuf;proto=some.Other", "nonsense"})
    void anUnknownContentTypeIs415(String type) throws Exception {
        HttpResponse<String> answer = write("type", type, new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("Content-Type: expected application/x-protobuf", "found " + type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "identity", "zstd"})
    void anotherCompressionThanSnappyIs415(String coding) throws Exception {
        HttpResponse<String> answer = server.post("/api/v1/write", new byte[0], "Content-Type", V1, "Content-Encoding", coding);
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).isEqualTo("Content-Encoding: expected snappy but found '" + coding + "'");
        assertThat(answer.headers().firstValue("accept-encoding")).hasValue("snappy");
    }

    @Test
    void bodiesThatAreNoBlockOrNoMessageAreRefused() throws Exception {
        HttpResponse<String> framed = server.post("/api/v1/write", new byte[]{(byte) 0xFF, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'},
                "Content-Type", V1, "Content-Encoding", "snappy");
        assertThat(framed.statusCode()).isEqualTo(400);
        assertThat(framed.body())
                .isEqualTo("Content-Encoding: expected a body compressed with snappy but found: data that are no block of it");
        HttpResponse<String> noise = write("noise", V1, new byte[]{10, 120, 1, 2, 3});
        assertThat(noise.statusCode()).isEqualTo(400);
        assertThat(noise.body()).startsWith("expected a Protobuf message of remote write but found: ");
    }

    @Test
    void aBlockThatWouldBecomeTooLargeIsRefusedBeforeItIsOne() throws Exception {
        HttpResponse<String> answer = write("bomb", V1, new byte[2 << 20]);
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("expected at most 1048576 bytes after decompression");
        // A block of nothing that claims to have four gigabytes.
        HttpResponse<String> liar = server.post("/api/v1/write", new byte[]{(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F},
                "Content-Type", V1, "Content-Encoding", "snappy");
        assertThat(liar.statusCode()).isEqualTo(413);
    }

    @Test
    void aRealPrometheusWritesWhatItScrapesAndSaysWhenATargetHasGone(@TempDir Path directory) throws Exception {
        double stale = server.metric("longwave_ingest_skipped_fields_total{type=\"stale\"}");
        try (Prometheus prometheus = Prometheus.start(directory, server.url() + "/api/v1/write?bucket=scraped")) {
            prometheus.await("samples on the topic",
                    () -> broker.samples("scraped").getOrDefault(prometheus.series(), Map.of()).size() >= 3);
            Map<String, Map<Long, Double>> samples = broker.samples("scraped");
            // The target counts its scrapes, so the number tells which one it was.
            List<Double> scrapes = samples.getOrDefault(prometheus.series(), Map.of()).entrySet().stream()
                    .sorted(Map.Entry.comparingByKey()).map(Map.Entry::getValue).toList();
            assertThat(scrapes).isSorted().doesNotHaveDuplicates().allMatch(number -> number >= 1 && number <= prometheus.scrapes());
            assertThat(samples).containsKey("up,instance=" + prometheus.target() + ",job=test#value");
            assertThat(broker.kinds("scraped")).as("its name, or metadata").containsKey(prometheus.series());
            String labels = ",instance=" + prometheus.target() + ",job=test";
            prometheus.await("what only metadata say",
                    () -> broker.kinds("scraped").get("wait_count" + labels + "#value") == DeclaredKind.COUNTER);
            assertThat(broker.kinds("scraped")).containsEntry("wait_sum" + labels + "#value", DeclaredKind.COUNTER)
                    .containsEntry("wait" + labels + ",quantile=0.5#value", DeclaredKind.GAUGE).doesNotContainKey("up" + labels + "#value");
            prometheus.stopTarget();
            prometheus.await("a stale marker", () -> server.metric("longwave_ingest_skipped_fields_total{type=\"stale\"}") > stale);
            assertThat(prometheus.log()).doesNotContain("non-recoverable error");
        }
    }

    private static String written(HttpResponse<String> answer) {
        return String.join(" ", List.of("samples", "histograms", "exemplars").stream()
                .map(kind -> answer.headers().firstValue("x-prometheus-remote-write-" + kind + "-written").orElse("none")).toList());
    }

    private static LabelledSeries.Builder series(String... labels) {
        LabelledSeries.Builder series = LabelledSeries.newBuilder();
        for (int i = 0; i < labels.length; i += 2) {
            series.addLabels(Label.newBuilder().setName(labels[i]).setValue(labels[i + 1]));
        }
        return series;
    }

    private static Sample sample(double value, long timestamp) {
        return Sample.newBuilder().setValue(value).setTimestamp(timestamp).build();
    }

    private static HttpResponse<String> write(String bucket, String type, byte[] message) throws IOException, InterruptedException {
        return post("/api/v1/write?bucket=" + bucket, type, message);
    }

    private static HttpResponse<String> post(String path, String type, byte[] message) throws IOException, InterruptedException {
        return server.post(path, Snappy.compress(message), "Content-Type", type, "Content-Encoding", "snappy");
    }
}
