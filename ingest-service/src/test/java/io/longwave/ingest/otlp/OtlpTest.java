package io.longwave.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import io.longwave.ingest.otlp.proto.Status;
import io.longwave.ingest.stream.InFlightBytes;
import io.longwave.ingest.testing.IngestServer;
import io.longwave.ingest.testing.TestBroker;
import io.longwave.series.DeclaredKind;
import io.longwave.wire.Topics;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real service over a real broker, and the SDK of OpenTelemetry. Each test writes to a bucket of its own. */
class OtlpTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PROTOBUF_TYPE = "application/x-protobuf";
    private static final String JSON_TYPE = "application/json";

    private static TestBroker broker;
    private static IngestServer server;

    @BeforeAll
    static void start() {
        broker = new TestBroker();
        server = new IngestServer(broker.servers(), "longwave.ingest.max-body=1MB", "longwave.ingest.tokens[0].token=secret",
                "longwave.ingest.tokens[0].tenant=default");
    }

    @AfterAll
    static void stop() {
        server.close();
        broker.close();
    }

    @Test
    void theSdkExportsEveryKindOfInstrument() throws Exception {
        var exporter = OtlpHttpMetricExporter.builder().setEndpoint(server.url() + "/v1/metrics?bucket=sdk").setCompression("gzip")
                .addHeader("Authorization", "Bearer secret").build();
        Resource resource = Resource.create(Attributes.builder().put("service.name", "shop").put("service.instance.id", "7")
                .put("process.pid", 4711).build());
        try (SdkMeterProvider provider = SdkMeterProvider.builder().setResource(resource)
                .registerView(InstrumentSelector.builder().setName("size").build(),
                        View.builder().setAggregation(Aggregation.base2ExponentialBucketHistogram()).build())
                .registerMetricReader(PeriodicMetricReader.builder(exporter).build()).build()) {
            var meter = provider.get("till");
            var counter = meter.counterBuilder("sales").build();
            counter.add(2, Attributes.of(AttributeKey.stringKey("kind"), "tea"));
            counter.add(3, Attributes.of(AttributeKey.stringKey("kind"), "tea"));
            counter.add(1, Attributes.of(AttributeKey.stringKey("kind"), "cake", AttributeKey.longKey("size"), 2L));
            meter.gaugeBuilder("temperature").build().set(21.5);
            for (double seconds : new double[]{0.25, 0.5, 4}) {
                meter.histogramBuilder("wait").build().record(seconds);
                meter.histogramBuilder("size").build().record(10 * seconds);
            }
            assertThat(provider.forceFlush().join(30, TimeUnit.SECONDS).isSuccess()).isTrue();
        }
        Map<String, Double> last = new HashMap<>();
        broker.samples("sdk").forEach((series, values) -> {
            if (!series.contains("io.opentelemetry.sdk")) { // its measurements of itself
                values.values().forEach(value -> last.put(series, value));
            }
        });
        String tags = "otel.scope.name=till,service.instance.id=7,service.name=shop";
        assertThat(last).isEqualTo(Map.ofEntries(Map.entry("sales,kind=tea," + tags + "#value", 5.0),
                Map.entry("sales,kind=cake," + tags + ",size=2#value", 1.0), Map.entry("temperature," + tags + "#value", 21.5),
                Map.entry("wait," + tags + "#count", 3.0), Map.entry("wait," + tags + "#sum", 4.75),
                Map.entry("wait," + tags + "#min", 0.25), Map.entry("wait," + tags + "#max", 4.0),
                Map.entry("size," + tags + "#count", 3.0), Map.entry("size," + tags + "#sum", 47.5),
                Map.entry("size," + tags + "#min", 2.5), Map.entry("size," + tags + "#max", 40.0)));
        Map<String, DeclaredKind> kinds = broker.kinds("sdk");
        assertThat(last.keySet()).as("what the SDK counts since its start").allSatisfy(series -> assertThat(kinds.get(series)).as(series)
                .isEqualTo(series.startsWith("sales") || series.endsWith("#count") || series.endsWith("#sum")
                        ? DeclaredKind.COUNTER
                        : DeclaredKind.GAUGE));
    }

    @Test
    void whatIsCountedSinceTheLastReportIsNoCounter() throws Exception {
        var exporter = OtlpHttpMetricExporter.builder().setEndpoint(server.url() + "/v1/metrics?bucket=delta")
                .setAggregationTemporalitySelector(AggregationTemporalitySelector.deltaPreferred())
                .addHeader("Authorization", "Bearer secret").build();
        try (SdkMeterProvider provider = SdkMeterProvider.builder().setResource(Resource.empty())
                .registerMetricReader(PeriodicMetricReader.builder(exporter).build())
                .build()) {
            var meter = provider.get("till");
            meter.counterBuilder("sales").build().add(2);
            meter.upDownCounterBuilder("queue").build().add(3);
            meter.histogramBuilder("wait").build().record(1);
            assertThat(provider.forceFlush().join(30, TimeUnit.SECONDS).isSuccess()).isTrue();
        }
        assertThat(broker.kinds("delta")).containsEntry("sales,otel.scope.name=till#value", DeclaredKind.GAUGE)
                .containsEntry("queue,otel.scope.name=till#value", DeclaredKind.GAUGE)
                .containsEntry("wait,otel.scope.name=till#count", DeclaredKind.GAUGE);
    }

    @Test
    void jsonIsReadWithItsConventionsAndAnsweredInJson() throws Exception {
        HttpResponse<byte[]> answer = post("json", JSON_TYPE, """
                {"resourceMetrics": [{"resource": {"attributes": [{"key": "host.name", "value": {"stringValue": "a"}}]},
                  "scopeMetrics": [{"scope": {"name": "s"}, "unknownField": {"x": 1}, "metrics": [
                    {"name": "requests", "sum": {"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [
                      {"timeUnixNano": "1700000000000000001", "asInt": "42", "attributes": [{"key": "code", "value": {"intValue": "200"}}],
                       "exemplars": [{"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "asDouble": 1}]}]}},
                    {"name": "load", "gauge": {"dataPoints": [{"timeUnixNano": 1700000000000000002, "asDouble": 0.5}]}}]}]}]}
                """.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue(JSON_TYPE);
        assertThat(JSON.readTree(answer.body()).isEmpty()).isTrue();
        assertThat(broker.samples("json")).isEqualTo(Map.of("requests,code=200,host.name=a,otel.scope.name=s#value",
                Map.of(1_700_000_000_000_000_001L, 42.0), "load,host.name=a,otel.scope.name=s#value",
                Map.of(1_700_000_000_000_000_002L, 0.5)));
    }

    @Test
    void pointsThatCannotBeKeptAreAPartialSuccessAndDeadLetters() throws Exception {
        byte[] body = request(gauge("m", point(1).setAsDouble(1)), gauge("m", point(0).setAsDouble(2)), gauge("m", point(3)),
                gauge("", point(4).setAsDouble(4)), gauge("m", point(-5).setAsInt(5)), gauge("m", point(6).setAsInt(6)));
        HttpResponse<byte[]> answer = post("partial", PROTOBUF_TYPE, body);
        assertThat(answer.statusCode()).isEqualTo(200);
        var partial = ExportMetricsServiceResponse.parseFrom(answer.body()).getPartialSuccess();
        assertThat(partial.getRejectedDataPoints()).isEqualTo(4);
        assertThat(partial.getErrorMessage()).contains("data point 2: timeUnixNano: expected a time but found none",
                "data point 3: data point: expected asDouble or asInt but found neither", "data point 4: measurement: expected",
                "data point 5: timeUnixNano: expected at most", "18446744073709551611");
        assertThat(broker.samples("partial")).isEqualTo(Map.of("m#value", Map.of(1L, 1.0, 6L, 6.0)));
        List<JsonNode> letters = broker.records(Topics.DEAD_LETTER).stream().map(r -> JSON.readTree(r.value()))
                .filter(letter -> letter.get("bucket").asString().equals("partial")).toList();
        assertThat(letters).extracting(letter -> letter.get("source").asString() + " " + letter.get("line")).containsExactly("otlp 2",
                "otlp 3",
                "otlp 4", "otlp 5");
        JsonNode json = JSON.readTree(post("partial-json", JSON_TYPE, """
                {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{"asInt":"1"}]}}]}]}]}
                """.getBytes(StandardCharsets.UTF_8)).body());
        assertThat(json.at("/partialSuccess/rejectedDataPoints").asString()).isEqualTo("1");
    }

    @Test
    void summariesAndPointsWithoutAValueAndWhatIsNotFinite() throws Exception {
        double stale = server.metric("longwave_ingest_skipped_fields_total{type=\"stale\"}");
        double notFinite = server.metric("longwave_ingest_skipped_fields_total{type=\"not-finite\"}");
        Metric summary = Metric.newBuilder().setName("s").setSummary(Summary.newBuilder().addDataPoints(SummaryDataPoint.newBuilder()
                .setTimeUnixNano(1).setCount(-1).setSum(9).addQuantileValues(quantile(0.5, 1.5))
                .addQuantileValues(quantile(0.99, Double.NaN))))
                .build();
        HttpResponse<byte[]> answer = post("kinds", PROTOBUF_TYPE,
                request(summary, gauge("g", point(1).setFlags(1)), gauge("g", point(2).setAsDouble(Double.POSITIVE_INFINITY))));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(ExportMetricsServiceResponse.parseFrom(answer.body()).hasPartialSuccess()).isFalse();
        assertThat(broker.samples("kinds"))
                .isEqualTo(Map.of("s#count", Map.of(1L, 0x1p64), "s#sum", Map.of(1L, 9.0), "s,quantile=0.5#value", Map.of(1L, 1.5)));
        assertThat(server.metric("longwave_ingest_skipped_fields_total{type=\"stale\"}")).isEqualTo(stale + 1);
        assertThat(server.metric("longwave_ingest_skipped_fields_total{type=\"not-finite\"}")).isEqualTo(notFinite + 2);
    }

    @Test
    void attributesOfAnyTypeBecomeTextAndEmptyOnesAreNotThere() throws Exception {
        ArrayValue list = ArrayValue.newBuilder().addValues(text("x")).addValues(AnyValue.newBuilder().setIntValue(3))
                .addValues(AnyValue.getDefaultInstance()).build();
        KeyValueList map = KeyValueList.newBuilder().addValues(attribute("k", AnyValue.newBuilder().setBoolValue(false).build())).build();
        NumberDataPoint.Builder point = point(1).setAsInt(1)
                .addAttributes(attribute("bool", AnyValue.newBuilder().setBoolValue(true).build()))
                .addAttributes(attribute("double", AnyValue.newBuilder().setDoubleValue(1.5).build()))
                .addAttributes(attribute("empty", text("")))
                .addAttributes(attribute("list", AnyValue.newBuilder().setArrayValue(list).build()))
                .addAttributes(attribute("map", AnyValue.newBuilder().setKvlistValue(map).build()));
        assertThat(post("types", PROTOBUF_TYPE, request(gauge("m", point))).statusCode()).isEqualTo(200);
        assertThat(broker.samples("types")).containsOnlyKeys("m,bool=true,double=1.5,list=[\"x\"\\,3\\,null],map={\"k\":false}#value");
    }

    @Test
    void refusalsAreStatusMessagesInTheFormatOfTheRequest() throws Exception {
        HttpResponse<byte[]> noise = post("bad", PROTOBUF_TYPE, new byte[]{10, 120, 1});
        assertThat(noise.statusCode()).isEqualTo(400);
        assertThat(Status.parseFrom(noise.body())).satisfies(status -> assertThat(status.getCode()).isEqualTo(3),
                status -> assertThat(status.getMessage()).startsWith("not an ExportMetricsServiceRequest: "));
        HttpResponse<byte[]> noJson = post("bad", JSON_TYPE, new byte[]{'{'});
        assertThat(noJson.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(noJson.body()).get("code").asInt()).isEqualTo(3);
        HttpResponse<byte[]> large = post("bad", JSON_TYPE, new byte[2 << 20]);
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(JSON.readTree(large.body()).get("message").asString()).contains("at most 1048576 bytes");
        assertThat(post("bad", "text/plain", new byte[0]).statusCode()).isEqualTo(415);
        HttpResponse<byte[]> stranger = send(request("bad", PROTOBUF_TYPE, new byte[0]));
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(Status.parseFrom(stranger.body()).getCode()).isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}\n{}", "{} garbage", "{resourceMetrics:[]}", "{\"resourceMetrics\"=[]}", "[]",
            "{\"resourceMetrics\":[],\"resourceMetrics\":[]}",
            "{\"resourceMetrics\":[{\"x\":\"\u00e9\"}]}"})
    void jsonThatIsNotOneWellFormedObjectIsRefused(String text) throws Exception {
        HttpResponse<byte[]> answer = post("json-bad", JSON_TYPE, text.getBytes(StandardCharsets.ISO_8859_1)); // of é no UTF-8
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).get("message").asString())
                .startsWith("not an ExportMetricsServiceRequest: ");
    }

    @Test
    void aRefusalDoesNotQuoteTheWholeBody() throws Exception {
        HttpResponse<byte[]> answer = post("json-long", JSON_TYPE, ("[\"" + "x".repeat(500_000) + "\"]").getBytes(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).hasSizeLessThan(2_000);
    }

    @Test
    void aMapOfAnotherOrderIsTheSameSeries() throws Exception {
        for (List<String> order : List.of(List.of("a", "b"), List.of("b", "a"))) {
            KeyValueList.Builder map = KeyValueList.newBuilder();
            order.forEach(key -> map.addValues(attribute(key, text(key))));
            NumberDataPoint.Builder point = point(order.getFirst().equals("a") ? 1 : 2).setAsInt(1)
                    .addAttributes(attribute("map", AnyValue.newBuilder().setKvlistValue(map).build()));
            assertThat(post("order", PROTOBUF_TYPE, request(gauge("m", point))).statusCode()).isEqualTo(200);
        }
        assertThat(broker.samples("order")).hasSize(1);
    }

    @Test
    void aSummaryThatSaysItsQuantilesTwiceOrTooManyOfThemIsRefused() throws Exception {
        SummaryDataPoint.Builder twice = SummaryDataPoint.newBuilder().setTimeUnixNano(1).addAttributes(attribute("quantile", text("0.5")));
        SummaryDataPoint.Builder many = SummaryDataPoint.newBuilder().setTimeUnixNano(1);
        for (int i = 0; i < 1001; i++) {
            many.addQuantileValues(quantile(i / 1001.0, 1));
        }
        HttpResponse<byte[]> answer = post("quantiles", PROTOBUF_TYPE, request(
                Metric.newBuilder().setName("s").setSummary(Summary.newBuilder().addDataPoints(twice).addDataPoints(many)).build()));
        assertThat(ExportMetricsServiceResponse.parseFrom(answer.body()).getPartialSuccess().getErrorMessage())
                .contains("data point 1: summary: expected at most 1000 quantiles and no attribute quantile but found 0 and 0.5",
                        "data point 2: summary: expected at most 1000 quantiles and no attribute quantile but found 1001 and null");
        assertThat(broker.samples("quantiles")).isEmpty();
    }

    @Test
    void aMetricOfALaterKindIsRefusedAndOneWithoutPointsIsNothing() throws Exception {
        Metric later = Metric.newBuilder().setName("later")
                .setUnknownFields(
                        UnknownFieldSet.newBuilder().addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build())
                .build();
        HttpResponse<byte[]> answer = post("later", PROTOBUF_TYPE, request(later, Metric.newBuilder().setName("nothing").build()));
        var partial = ExportMetricsServiceResponse.parseFrom(answer.body()).getPartialSuccess();
        assertThat(partial.getRejectedDataPoints()).isEqualTo(1);
        assertThat(partial.getErrorMessage()).contains("'later'", "but found another kind");
    }

    @Test
    void whenMemoryIsShortTheClientComesBack() throws Exception {
        InFlightBytes inFlight = server.bean(InFlightBytes.class);
        try (InFlightBytes.Share others = inFlight.open()) {
            others.grow(Runtime.getRuntime().maxMemory() / 4 - 1000);
            HttpResponse<byte[]> answer = post("memory", PROTOBUF_TYPE, request(gauge("m", point(1).setAsInt(1))));
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).contains("5");
            assertThat(Status.parseFrom(answer.body()).getCode()).isEqualTo(8);
        }
    }

    @Test
    void anEmptyRequestIsASuccess() throws Exception {
        assertThat(post("empty", PROTOBUF_TYPE, new byte[0]).statusCode()).isEqualTo(200);
        assertThat(post("empty", JSON_TYPE, new byte[]{'{', '}'}).statusCode()).isEqualTo(200);
    }

    private static byte[] request(Metric... metrics) {
        return ExportMetricsServiceRequest.newBuilder().addResourceMetrics(
                ResourceMetrics.newBuilder().addScopeMetrics(ScopeMetrics.newBuilder().addAllMetrics(List.of(metrics)))).build()
                .toByteArray();
    }

    private static Metric gauge(String name, NumberDataPoint.Builder point) {
        return Metric.newBuilder().setName(name).setGauge(Gauge.newBuilder().addDataPoints(point)).build();
    }

    private static NumberDataPoint.Builder point(long timeUnixNano) {
        return NumberDataPoint.newBuilder().setTimeUnixNano(timeUnixNano);
    }

    private static SummaryDataPoint.ValueAtQuantile quantile(double quantile, double value) {
        return SummaryDataPoint.ValueAtQuantile.newBuilder().setQuantile(quantile).setValue(value).build();
    }

    private static KeyValue attribute(String key, AnyValue value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }

    private static AnyValue text(String text) {
        return AnyValue.newBuilder().setStringValue(text).build();
    }

    private static HttpResponse<byte[]> post(String bucket, String type, byte[] body) throws IOException, InterruptedException {
        return send(request(bucket, type, body).header("Authorization", "Bearer secret"));
    }

    private static HttpRequest.Builder request(String bucket, String type, byte[] body) {
        return HttpRequest.newBuilder(URI.create(server.url() + "/v1/metrics?bucket=" + bucket)).header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body));
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        }
    }
}
