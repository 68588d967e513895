package io.longwave.ingest.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.ingest.IngestProperties;
import io.longwave.ingest.point.CounterNames;
import io.longwave.ingest.line.SeriesCatalog;
import io.longwave.ingest.stream.InFlightBytes;
import io.longwave.ingest.stream.IngestMetrics;
import io.longwave.ingest.stream.KafkaProperties;
import io.longwave.ingest.stream.SampleStream;
import io.longwave.ingest.testing.IngestServer;
import io.longwave.ingest.testing.TestBroker;
import io.longwave.wire.StreamCodec;
import io.longwave.series.DeclaredKind;
import io.longwave.wire.StreamMessage.Promote;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real service over a real broker, records of other producers in. Each test writes to a bucket of its own. */
class IntakeTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** A member of the group that is killed before it says goodbye keeps its partitions for the broker's session timeout, 45 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final long SECOND = 1_000_000_000L;

    private static TestBroker broker;
    private static IngestServer server;
    private static KafkaProducer<byte[], byte[]> producer;
    private static IntakeConsumer moving; // the service's own, or who came after it

    @BeforeAll
    static void start() {
        broker = new TestBroker();
        server = new IngestServer(broker.servers(), "longwave.ingest.intake.bucket=usual", "longwave.ingest.counters[0]=net bytes_*",
                "longwave.ingest.counters[1]=* reads");
        moving = server.bean(IntakeConsumer.class);
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.servers()), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        moving.stop();
        server.close();
        broker.close();
    }

    @Test
    void linesJsonOfTelegrafAndProtobufBecomeTheSameSamples() {
        send("m,b=2,a=1 f=1.5,s=\"text\" 1700000000000000000\nm,a=1,b=2 f=2 1700000001000000000\n", "bucket", "three");
        send("""
                {"metrics":[{"name":"m","tags":{"a":"1","b":"2"},"fields":{"f":3,"s":"text","ok":true,"none":null},"timestamp":1700000002},
                {"name":"m","tags":{"a":"1","b":"2","empty":""},"fields":{"f":4e0},"timestamp":1700000003}]}""", "bucket", "three");
        send("{\"measurement\":\"m\",\"bucket\":\"three\",\"tags\":{\"b\":\"2\",\"a\":\"1\"},\"fields\":{\"f\":5},"
                + "\"time\":\"2023-11-14T22:13:24+00:00\"}");
        send(new Samples(List.of(new SeriesSamples("default/three/m,a=1,b=2#f", new long[]{1_700_000_005 * SECOND, 1_700_000_006 * SECOND},
                new double[]{6, 7}))), "content-type", "application/x-protobuf");
        Map<Long, Double> expected = new HashMap<>();
        double[] values = {1.5, 2, 3, 4, 5, 6, 7};
        for (int i = 0; i < values.length; i++) {
            expected.put((1_700_000_000L + i) * SECOND, values[i]);
        }
        await(() -> broker.samples("three"), Map.of("m,a=1,b=2#f", expected));
    }

    @Test
    void whatASeriesIsComesFromThePointFromTheSettingsOrFromTheProducer() {
        send("net,host=a bytes_sent=1,up=2,bytes_=3 1\ndisk\\ io reads=4,writes=5 1\nnetwork bytes_sent=6 1\n", "bucket", "kinds");
        send("[{\"measurement\":\"j\",\"kind\":\"counter\",\"fields\":{\"f\":1,\"g\":2},\"time\":1},"
                + "{\"measurement\":\"net\",\"kind\":\"gauge\",\"fields\":{\"bytes_json\":3},\"time\":1},"
                + "{\"measurement\":\"net\",\"fields\":{\"bytes_more\":3},\"time\":1},"
                + "{\"measurement\":\"j\",\"kind\":\"counters\",\"fields\":{\"f\":1},\"time\":2}]", "bucket", "kinds");
        send(new Samples(List.of(new SeriesSamples("default/kinds/p#f", new long[]{1}, new double[]{1}, DeclaredKind.COUNTER),
                new SeriesSamples("default/kinds/p#g", new long[]{1}, new double[]{1}))), "content-type", "application/x-protobuf");
        await(() -> broker.kinds("kinds"),
                Map.of("net,host=a#bytes_sent", DeclaredKind.COUNTER_BY_NAME, "net,host=a#bytes_", DeclaredKind.COUNTER_BY_NAME,
                        "disk io#reads", DeclaredKind.COUNTER_BY_NAME, "j#f", DeclaredKind.COUNTER, "j#g", DeclaredKind.COUNTER,
                        "net#bytes_json",
                        DeclaredKind.GAUGE,
                        "net#bytes_more", DeclaredKind.COUNTER_BY_NAME, "p#f", DeclaredKind.COUNTER));
        await(() -> broker.records(Topics.DEAD_LETTER).stream().map(letter -> new String(letter.value(), StandardCharsets.UTF_8))
                .filter(letter -> letter.contains("\"kinds\"")).map(letter -> letter.contains("kind: expected gauge or counter but found"))
                .toList(),
                List.of(true));
    }

    @Test
    void aRecordWithoutHeadersGoesToTheUsualBucketAndAPointWithoutTimeHasThatOfTheRecord() {
        producer.send(new ProducerRecord<>(Topics.INTAKE, null, 1_700_000_000_123L, null, bytes("plain f=1")));
        producer.send(new ProducerRecord<>(Topics.INTAKE, null, 1_700_000_000_456L, null,
                bytes("[{\"measurement\":\"json\",\"fields\":{\"f\":2}},{\"measurement\":\"ms\",\"fields\":{\"f\":3},\"time\":1700000000789}]")));
        await(() -> broker.samples("usual"), Map.of("plain#f", Map.of(1_700_000_000_123_000_000L, 1.0), "json#f",
                Map.of(1_700_000_000_456_000_000L, 2.0), "ms#f", Map.of(1_700_000_000_789_000_000L, 3.0)));
    }

    @Test
    void headersSayTenantPrecisionAndFormat() {
        send("a f=1 7", "bucket", "headed", "precision", "s", "tenant", "acme");
        send("{\"measurement\":\"b\",\"fields\":{\"f\":2},\"time\":7}", "bucket", "headed", "precision", "ms", "tenant", "acme");
        send("{a f=3 7", "bucket", "headed", "content-type", "text/plain; charset=utf-8");
        await(() -> broker.samples("headed"), Map.of("acme/a#f", Map.of(7 * SECOND, 1.0), "acme/b#f", Map.of(7_000_000L, 2.0), "{a#f",
                Map.of(7L, 3.0)));
    }

    @Test
    void whatCannotBeUsedBecomesADeadLetterThatSaysWhyAndTheRestIsKept() {
        send("good f=1 1\nbad line\n", "bucket", "mixed");
        send("[{\"measurement\":\"good\",\"fields\":{\"f\":2},\"time\":100000000000},{\"measurement\":\"x\",\"fields\":{}},"
                + "{\"measurement\":\"x\",\"fields\":{\"f\":[1]}},{\"measurement\":\"x\",\"fields\":{\"f\":1e999}},"
                + "{\"measurement\":\"x\",\"fields\":{\"f\":1},\"time\":\"yesterday\"},{\"measurement\":\"_x\",\"fields\":{\"f\":1}},"
                + "{\"fields\":{\"f\":1}},{\"measurement\":\"x\",\"tags\":{\"a\":1},\"fields\":{\"f\":1}},7,"
                + "{\"measurement\":\"x\\u0007\",\"fields\":{\"f\":1}}]", "bucket", "mixed");
        send("{\"measurement\":", "bucket", "mixed");
        send("x f=1 1", "bucket", "mixed", "content-type", "image/png");
        send("x f=1 1", "bucket", "mixed", "precision", "weeks");
        send(new Promote("default/mixed/m#f", "s4d-x-1"), "bucket", "mixed", "content-type", "application/x-protobuf");
        send(new Samples(List.of(new SeriesSamples("other/mixed/m#f", new long[]{1}, new double[]{1}),
                new SeriesSamples("default/mixed/m#f", new long[]{3}, new double[]{Double.NaN}))), "bucket", "mixed", "content-type",
                "application/x-protobuf");
        String endless = "y".repeat(400_000); // quoted whole, it would make a letter that no broker takes
        send("{\"measurement\":\"_" + endless + "\",\"fields\":{\"f\":1}}", "bucket", "mixed");
        send(new Samples(List.of(new SeriesSamples(endless, new long[]{1}, new double[]{1}))), "bucket", "mixed", "content-type",
                "application/x-protobuf");
        send("[{\"measurement\":\"x\",\"fields\":{\"f\":1" + "0".repeat(400)
                + "}},{\"measurement\":\"good\",\"fields\":{\"f\":3},\"time\":3}]",
                "bucket", "mixed", "precision", "ns");
        producer.send(new ProducerRecord<>(Topics.INTAKE, null, null, null, null, List.of(new RecordHeader("bucket", bytes("mixed")))));
        await(() -> letters("mixed").size(), 20);
        assertThat(broker.samples("mixed")).isEqualTo(Map.of("good#f", Map.of(1L, 1.0, 100_000_000_000_000_000L, 2.0, 3L, 3.0)));
        List<String> details = letters("mixed").stream().map(letter -> letter.path("detail").asString()).toList();
        assertThat(details).allMatch(detail -> detail.startsWith("record longwave.intake.v1-"));
        for (String expected : List.of("fields: expected an object with at least one member but found {}",
                "field f: expected a number, a text or a boolean but found [1]", "field f: expected a number that 64 bits hold",
                "time: expected RFC 3339, such as 2026-03-01T12:00:00Z, or a whole number but found \"yesterday\"",
                "measurement: names that start with _ are reserved but found '_x'", "measurement: expected a text but found none",
                "tag a: expected a text but found 1", "expected an object but found 7", "control character U+0007",
                "expected JSON but ",
                "header content-type: expected application/json, application/x-protobuf or text/plain but found 'image/png'",
                "header precision: expected ns, us, ms or s but found 'weeks'", "expected samples but found a control record",
                "series key: expected tenant default, that of the record, but was other", "values: expected finite numbers but found NaN",
                "expected points but the record has no value")) {
            assertThat(details).as(expected).anyMatch(detail -> detail.contains(expected));
        }
        assertThat(letters("mixed")).filteredOn(letter -> letter.path("detail").asString().contains("found 7")).singleElement()
                .satisfies(letter -> {
                    assertThat(letter.path("source").asString()).isEqualTo("kafka-intake");
                    assertThat(letter.path("reason").asString()).isEqualTo("syntax");
                    assertThat(letter.path("line").asInt()).isEqualTo(9);
                    assertThat(letter.path("text").asString()).isEqualTo("7");
                });
    }

    @Test
    void eachRecordComesOutOnceThoughTransactionsFailAndInstancesComeAndGo() {
        int count = 3000;
        for (int i = 0; i < count; i++) {
            send("n,part=" + i % 7 + " f=" + i + " " + (i + 1) + (i % 100 == 0 ? "\nbad" : ""), "bucket", "once");
        }
        producer.flush();
        AtomicInteger commits = new AtomicInteger();
        List<IntakeConsumer> running = new ArrayList<>();
        for (int instance = 0; instance < 2; instance++) {
            running.add(unreliable(() -> {
                if (commits.incrementAndGet() % 2 == 1) {
                    throw new KafkaException("planted before the end of a transaction");
                }
            }));
            running.getLast().start();
        }
        for (int i = count; i < 2 * count; i++) {
            send("n,part=" + i % 7 + " f=" + i + " " + (i + 1), "bucket", "once");
        }
        producer.flush();
        await(() -> broker.samples("once").values().stream().mapToInt(Map::size).sum() > count, true);
        running.getFirst().stop();
        running.add(unreliable(() -> {
        }));
        running.getLast().start();
        await(() -> broker.samples("once").values().stream().mapToInt(Map::size).sum(), 2 * count); // fails where one is there twice
        running.forEach(IntakeConsumer::stop);
        Map<String, Map<Long, Double>> samples = broker.samples("once");
        IntStream.range(0, 2 * count)
                .forEach(i -> assertThat(samples.get("n,part=" + i % 7 + "#f")).containsEntry((long) (i + 1), (double) i));
        assertThat(letters("once")).hasSize(30);
    }

    @Test
    void memoryThatIsShortIsWaitedForAndARecordThatNeverFitsIsADeadLetter() {
        InFlightBytes little = new InFlightBytes(200_000);
        AtomicInteger commits = new AtomicInteger();
        IntakeConsumer consumer = new IntakeConsumer(IntakeConfiguration.consumer(kafka()),
                IntakeConfiguration.producer(kafka(), UUID.randomUUID().toString()), records(), server.bean(SampleStream.class), little,
                server.bean(IngestMetrics.class), Clock.systemUTC(), 10, () -> {
                    if (commits.incrementAndGet() == 1) { // of the first part of a poll
                        throw new CommitFailedException("planted: the group has changed");
                    }
                });
        moving.stop(); // so that the other moves every record
        try {
            StringBuilder large = new StringBuilder();
            for (int i = 0; i < 2000; i++) {
                large.append("large").append(i).append(" f=1 1\n");
            }
            for (int i = 0; i <= 60; i++) { // in one partition, so that one poll brings all of them
                producer.send(new ProducerRecord<>(Topics.INTAKE, 0, null, null, bytes(i == 30 ? large.toString() : "w" + i + " f=1 1"),
                        List.of(new RecordHeader("bucket", bytes("short")))));
            }
            producer.flush();
            InFlightBytes.Share all = little.open();
            all.grow(150_000);
            consumer.start();
            all.close();
            await(() -> broker.samples("short").size(), 60);
            await(() -> letters("short").size(), 1);
        } finally {
            consumer.stop();
            moving = unreliable(() -> {
            });
            moving.start();
        }
    }

    private static IntakeConsumer unreliable(Runnable beforeCommit) {
        return new IntakeConsumer(IntakeConfiguration.consumer(kafka()),
                IntakeConfiguration.producer(kafka(), UUID.randomUUID().toString()), records(),
                server.bean(SampleStream.class), server.bean(InFlightBytes.class), server.bean(IngestMetrics.class), Clock.systemUTC(),
                1000,
                beforeCommit);
    }

    private static IntakeRecords records() {
        return new IntakeRecords(server.bean(SeriesCatalog.class), server.bean(CounterNames.class),
                new IngestProperties.Intake(true, "default", "usual", ""));
    }

    private static KafkaProperties kafka() {
        return new KafkaProperties(broker.servers(), Map.of());
    }

    private static List<JsonNode> letters(String bucket) {
        return broker.records(Topics.DEAD_LETTER).stream().map(record -> JSON.readTree(record.value()))
                .filter(letter -> letter.path("bucket").asString().equals(bucket)).toList();
    }

    private static void send(Samples samples, String... headers) {
        send(StreamCodec.encode(samples), headers);
    }

    private static void send(Promote control, String... headers) {
        send(StreamCodec.encode(control), headers);
    }

    private static void send(String text, String... headers) {
        send(bytes(text), headers);
    }

    private static void send(byte @Nullable [] value, String... headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topics.INTAKE, value);
        for (int i = 0; i < headers.length; i += 2) {
            record.headers().add(headers[i], bytes(headers[i + 1]));
        }
        producer.send(record);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> void await(Supplier<T> value, T expected) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T last = value.get();
        while (!expected.equals(last)) {
            assertThat(System.nanoTime() - deadline).as("expected %s but still %s after %s", expected, last, PATIENCE).isNegative();
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            last = value.get();
        }
    }
}
