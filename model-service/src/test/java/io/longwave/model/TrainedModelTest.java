package io.longwave.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.db.testing.PostgresFixture;
import io.longwave.series.Forecast;
import io.longwave.series.PredictionInterval;
import io.longwave.series.SeriesKey;
import io.longwave.wire.ForecastRequest;
import io.longwave.wire.HistoryForecastAnswer;
import io.longwave.wire.HistoryForecastRequest;
import io.longwave.wire.HistoryForecastRequest.History;
import io.longwave.wire.HistoryScoreAnswer;
import io.longwave.wire.HistoryScoreRequest;
import io.longwave.wire.PromotionRequest;
import io.longwave.wire.SequenceRequest;
import io.longwave.wire.StreamCodec;
import io.longwave.wire.StreamMessage.Samples;
import io.longwave.wire.StreamMessage.SeriesSamples;
import io.longwave.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.client.RestClient;

/** The way of a trained model: stored, promoted over HTTP, serving, restarted, rolled back; over a real broker and a real database. */
class TrainedModelTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();
    @RegisterExtension
    static final KafkaFixture kafka = new KafkaFixture();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long MINUTE = 60_000_000_000L;
    private static final long START = 1_750_000_000_000_000_000L;
    private static final int LAG = WaveModel.LAG;
    private static final int HORIZON = WaveModel.HORIZON;
    private static final double MEAN = WaveModel.MEAN;
    private static final double STD = WaveModel.STD;
    private static final String KEY = SeriesKey.of("default", "test", "machine", Map.of("host", "a"), "load").canonical();

    @TempDir
    static Path directory = Path.of("");

    private final JdbcClient database = JdbcClient.create(postgres.dataSource());

    @BeforeAll
    static void train() {
        WaveModel.register(directory, 200);
    }

    @Test
    void aTrainedModelIsPromotedServesIsRestartedAndRolledBack() throws Exception {
        String model = WaveModel.ID;
        Forecast before;
        try (Service service = new Service()) {
            send(0, 100);
            awaitPoints(100);
            assertThat(models(0, 100)).containsExactly("online-1");

            assertThat(service.post(PromotionRequest.PATH, new PromotionRequest(model, List.of(KEY)))).isEqualTo(202);
            await(() -> count("select coalesce(sum(count), 0) from stream_counter where name = 'promotions'"), 1L);
            send(100, 150);
            awaitPoints(150);
            assertThat(models(100, 150)).containsExactly(model);
            assertThat(count("select count(*) from point where time >= ? and predicted is not null and score is not null",
                    START + 100 * MINUTE)).as("warmed on the stored points, it judges from the first sample on").isEqualTo(50);
            assertThat(database.sql("select avg(abs(predicted - value)) from point where time >= ?").param(START + 100 * MINUTE)
                    .query(Double.class).single()).as("mean one-step error").isLessThan(STD);
            before = service.forecast(30);
            assertThat(before.model()).isEqualTo(model);
            assertThat(before.stepNanos()).isEqualTo(MINUTE);
            assertThat(before.issuedAtNanos()).isEqualTo(START + 149 * MINUTE);
            assertForecastIsThatOfTheStoredModel(before, 150);
            assertThat(count("select count(*) from forecast where model = ?", model)).isPositive();
        }
        try (Service service = new Service()) {
            assertThat(service.forecast(30)).as("the same bits after a restart").isEqualTo(before);
            send(150, 160);
            awaitPoints(160);
            assertThat(models(150, 160)).containsExactly(model);
            assertForecastIsThatOfTheStoredModel(service.forecast(HORIZON), 160);

            assertThat(service.post(PromotionRequest.PATH, new PromotionRequest("", List.of(KEY)))).isEqualTo(202);
            await(() -> count("select coalesce(sum(count), 0) from stream_counter where name = 'promotions'"), 2L);
            send(160, 170);
            awaitPoints(170);
            assertThat(models(160, 170)).containsExactly("online-1");
            assertThat(service.forecast(5).model()).isEqualTo("online-1");
        }
        assertThat(count("select count(*) from dead_letter")).isZero();
    }

    @Test
    void aModelRegisteredWhileTheServiceRunsIsListedSoonOneThatIsGoneIsNotAvailableAndOneThatCannotServeIsRefused(@TempDir Path store)
            throws Exception {
        try (Service service = new Service(store)) {
            await(() -> count("select count(*) from model where available"), 0L);
            WaveModel.register(store, 5);
            await(() -> count("select count(*) from model where available"), 1L);
            try (Stream<Path> files = Files.walk(store.resolve(WaveModel.ID))) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> assertThat(file.toFile().delete()).isTrue());
            }
            await(() -> count("select count(*) from model where available"), 0L);
            assertThat(count("select count(*) from model")).isEqualTo(1);

            String unfit = WaveModel.registerWholeSequences(store).id();
            assertThat(service.refusal(PromotionRequest.PATH, new PromotionRequest(unfit, List.of(KEY)))).contains("\"status\":422")
                    .contains(unfit + " cannot: layers: expected ones that can be stepped sample by sample");
        }
    }

    @Test
    void postedHistoriesAreForecastByTheOnlineModelByOneThatServesStreamsAndByOneThatCannot(@TempDir Path store) throws Exception {
        WaveModel.register(store, 5);
        String windows = WaveModel.registerWholeSequences(store).id();
        double[] values = values(60);
        double[] gap = values.clone();
        gap[20] = Double.NaN;
        List<History> histories = List.of(new History("a", START, MINUTE, new double[][]{values}),
                new History("short", START, MINUTE, new double[][]{{1, 2}}),
                new History("uneven", START, MINUTE, new double[][]{{1, 2}, {1}}),
                new History("gap", START, MINUTE, new double[][]{gap}));
        try (Service service = new Service(store)) {
            long before = count("select count(*) from series") + count("select count(*) from point");
            HistoryForecastAnswer online = service.forecast(new HistoryForecastRequest("", null, List.of(0.5, 0.9), histories));
            assertThat(online.model()).isEqualTo("online-1");
            assertThat(online.results()).extracting(HistoryForecastAnswer.Result::name).containsExactly("a", "short", "uneven", "gap");
            assertThat(online.results()).extracting(HistoryForecastAnswer.Result::problem).containsExactly(null,
                    "expected more values: online-1 has seen 2 and needs more", "channel 1: expected 2 values but was 1", null);
            HistoryForecastAnswer.Channel channel = online.results().getFirst().channels().getFirst();
            assertThat(channel.mean()).hasSize(96);
            assertThat(channel.stepNanos()).isEqualTo(MINUTE);
            assertThat(channel.issuedAtNanos()).isEqualTo(START + 59 * MINUTE);
            assertThat(channel.intervals()).extracting(PredictionInterval::level).containsExactly(0.5, 0.9);

            HistoryForecastAnswer stepped = service.forecast(new HistoryForecastRequest(WaveModel.ID, 20, List.of(0.9), histories));
            assertThat(stepped.results().getFirst().channels().getFirst().mean()).hasSize(20);
            assertThat(stepped.results().getFirst().channels().getFirst().intervals()).hasSize(1);

            HistoryForecastAnswer whole = service.forecast(new HistoryForecastRequest(windows, null, List.of(0.9), histories));
            assertThat(whole.results().getFirst().channels().getFirst().mean()).hasSize(HORIZON);
            assertThat(whole.results().getFirst().channels().getFirst().intervals()).isEmpty();
            assertThat(service.refusal(HistoryForecastRequest.PATH, new HistoryForecastRequest(windows, HORIZON + 1, List.of(), histories)))
                    .contains("\"status\":422", "horizon: expected 1 to 8 steps, which " + windows + " forecasts, but was 9");
            assertThat(service.refusal(HistoryForecastRequest.PATH, new HistoryForecastRequest("nobody-1", 1, List.of(), histories)))
                    .contains("\"status\":404", "expected the id of a registered model but was nobody-1");
            assertThat(count("select count(*) from series") + count("select count(*) from point")).as("nothing is stored")
                    .isEqualTo(before);
        }
    }

    @Test
    void postedHistoriesAreJudgedAsTheStreamWouldHave(@TempDir Path store) throws Exception {
        WaveModel.register(store, 5);
        String windows = WaveModel.registerWholeSequences(store).id();
        double[] values = values(400);
        for (int i = 300; i < 305; i++) {
            values[i] += 50 * STD;
        }
        values[200] = Double.NaN;
        List<History> histories = List.of(new History("a", START, MINUTE, new double[][]{values}),
                new History("uneven", START, MINUTE, new double[][]{{1, 2}, {1}}), new History("two", 0, 1, new double[][]{{1}, {1}}));
        try (Service service = new Service(store)) {
            HistoryScoreAnswer online = service.score(new HistoryScoreRequest("", List.of(0.9), histories));
            assertThat(online.model()).isEqualTo("online-1");
            assertThat(online.results()).extracting(HistoryScoreAnswer.Result::problem).containsExactly(null,
                    "channel 1: expected 2 values but was 1", "expected 1 channel but was 2");
            HistoryScoreAnswer.Result result = online.results().getFirst();
            assertThat(result.score()).hasSize(400).contains(Double.NaN);
            assertThat(result.score()[200]).isNaN();
            assertThat(result.score()[300]).isGreaterThan(0.9999);
            assertThat(result.lower()).hasDimensions(1, 400);
            assertThat(result.expected()[399]).isBetween(result.lower()[0][399], result.upper()[0][399]);
            assertThat(result.anomalies()).anySatisfy(anomaly -> {
                assertThat(anomaly.first()).isEqualTo(300);
                assertThat(anomaly.peak()).isBetween(300, 305);
                assertThat(anomaly.ended()).isTrue();
            });
            HistoryScoreAnswer.Result stepped = service.score(new HistoryScoreRequest(WaveModel.ID, List.of(0.5, 0.9), histories)).results()
                    .getFirst();
            assertThat(stepped.score()).hasSize(400);
            for (int l : new int[]{100, 201, 399}) {
                double half = stepped.upper()[0][l] - stepped.expected()[l];
                assertThat(half).isPositive().isLessThan(stepped.upper()[1][l] - stepped.expected()[l]);
                assertThat(stepped.expected()[l] - stepped.lower()[0][l]).isCloseTo(half, Offset.offset(1e-9));
            }
            assertThat(service.refusal(HistoryScoreRequest.PATH, new HistoryScoreRequest(windows, List.of(), histories)))
                    .contains("\"status\":422", "model: expected one that serves streams of one series but " + windows + " does not");
            assertThat(service.refusal(HistoryScoreRequest.PATH, new HistoryScoreRequest("", List.of(1.5), histories)))
                    .contains("\"status\":400", "interval level: expected a number between 0 and 1 but was 1.5");
        }
    }

    @Test
    void aSequenceGoesOnWhereItWasWhicheverInstanceIsAsked(@TempDir Path store) throws Exception {
        WaveModel.register(store, 5);
        String windows = WaveModel.registerWholeSequences(store).id();
        double[] values = values(300);
        values[150] = Double.NaN;
        for (String model : List.of("", WaveModel.ID)) {
            HistoryScoreAnswer.Result whole;
            SequenceRequest.Answer last = null;
            int from = 0;
            try (Service service = new Service(store)) {
                whole = service
                        .score(new HistoryScoreRequest(model, List.of(), List.of(new History("", START, MINUTE, new double[][]{values}))))
                        .results().getFirst();
                for (int to : new int[]{1, 100, 151}) {
                    last = service.goOn(new SequenceRequest("t", model, "bed 12", from == 0, false, from == 0 ? START : null,
                            from == 0 ? MINUTE : null, Arrays.copyOfRange(values, from, to), 3, List.of(0.9)));
                    assertThat(last.score()).as("%s, %d to %d", model, from, to).isEqualTo(Arrays.copyOfRange(whole.score(), from, to));
                    assertThat(last.expected()).isEqualTo(Arrays.copyOfRange(whole.expected(), from, to));
                    from = to;
                }
                service.goOn(new SequenceRequest("t2", model, "bed 12", true, false, null, null, new double[]{7}, 1, List.of()));
            }
            try (Service service = new Service(store)) { // another process
                last = service
                        .goOn(new SequenceRequest("t", model, "bed 12", false, true, null, null, Arrays.copyOfRange(values, from, 300), 3,
                                List.of(0.9)));
                assertThat(last.score()).isEqualTo(Arrays.copyOfRange(whole.score(), from, 300));
                assertThat(last.mean()).hasSize(3);
                assertThat(last.intervals()).hasSize(1);
                assertThat(service.refusal(SequenceRequest.PATH,
                        new SequenceRequest("t", model, "bed 12", false, false, null, null, new double[]{1}, 1, List.of())))
                        .as("it has ended").contains("\"status\":422", "expected sequence_start with the first request of bed 12");
                assertThat(service.refusal(SequenceRequest.PATH,
                        new SequenceRequest("t2", model, "bed 12", false, false, 0L, null, new double[]{1}, 1, List.of())))
                        .contains("\"status\":422", "expected times from 1000000000 ns on but was 0 ns in steps of 1000000000 ns");
                assertThat(service.goOn(new SequenceRequest("t2", model, "bed 12", true, false, -5L, 1L, new double[]{1}, 1, List.of()))
                        .score())
                        .as("anew").containsExactly(Double.NaN);
            }
        }
        try (Service service = new Service(store)) {
            assertThat(service.refusal(SequenceRequest.PATH,
                    new SequenceRequest(null, windows, "x", true, false, null, null, new double[]{1}, 1,
                            List.of())))
                    .contains("\"status\":422", windows + " cannot: ");
            assertThat(service.refusal(SequenceRequest.PATH,
                    new SequenceRequest(null, "nobody-1", "x", true, false, null, null, new double[]{1},
                            1, List.of())))
                    .contains("\"status\":404");
            double[] gap = {1, 2, 3, Double.NaN, Double.NaN};
            SequenceRequest.Answer behind = service.goOn(new SequenceRequest("g", "", "gap", true, false, START, MINUTE,
                    DoubleStream.concat(Arrays.stream(values, 0, 100), Arrays.stream(gap)).toArray(), 2, List.of(0.9)));
            SequenceRequest.Answer known = service.goOn(new SequenceRequest("g", "", "no gap", true, true, START, MINUTE,
                    DoubleStream.concat(Arrays.stream(values, 0, 100), Arrays.stream(gap, 0, 3)).toArray(), 4, List.of(0.9)));
            assertThat(behind.mean()).as("behind the missing values").isEqualTo(known.mean().subList(2, 4));
            assertThat(behind.intervals().getFirst().lower()).isEqualTo(known.intervals().getFirst().lower().subList(2, 4));
            assertThat(service.refusal(SequenceRequest.PATH, new SequenceRequest("g", "", "gap", false, false, START + 104 * MINUTE, null,
                    new double[]{1}, 0, List.of()))).as("a time that was told to be missing")
                    .contains("\"status\":422", "expected times from");
            assertThat(service
                    .goOn(new SequenceRequest("g", "", "gap", false, true, START + 105 * MINUTE, null, new double[]{1}, 0, List.of()))
                    .mean()).isEmpty();
            JdbcClient.create(postgres.dataSource())
                    .sql("insert into sequence_state (tenant, model, name, step, next_time, format, profile, state)"
                            + " select 'full', 'online-1', 's' || n, 1, 1, 1, 'p', '' from generate_series(1, 10000) n")
                    .update();
            assertThat(
                    service.refusal(SequenceRequest.PATH, new SequenceRequest("full", "", "x", true, false, null, null, new double[]{1}, 1,
                            List.of())))
                    .contains("\"status\":422", "expected at most 10000 that have begun and not ended");
            assertThat(
                    service.refusal(SequenceRequest.PATH, new SequenceRequest("full", "", "x", false, false, null, null, new double[]{1}, 1,
                            List.of())))
                    .contains("expected sequence_start");
            assertThat(service.refusal(SequenceRequest.PATH,
                    new SequenceRequest("full", "", "s1", false, false, null, null, new double[]{1}, 1,
                            List.of())))
                    .contains("\"status\":422", "but that of s1 is of 1 and p; begin it anew");
            assertThat(service.goOn(new SequenceRequest("full", "", "s1", true, false, null, null, new double[]{1}, 1, List.of())).score())
                    .hasSize(1);
            JdbcClient.create(postgres.dataSource()).sql("delete from sequence_state where tenant = 'full'").update();
            assertThat(count("select count(*) from sequence_state")).isEqualTo(2);
            JdbcClient.create(postgres.dataSource()).sql("update sequence_state set touched_at = now() - interval '61 min'").update();
            service.goOn(new SequenceRequest(null, "", "x", true, false, null, null, new double[]{1}, 1, List.of()));
            assertThat(count("select count(*) from sequence_state")).as("those with which nobody goes on are forgotten").isEqualTo(1);
        }
    }

    private static void assertForecastIsThatOfTheStoredModel(Forecast forecast, int seen) {
        StoredModel stored = new ModelStore(directory).open(WaveModel.ID);
        float[] window = new float[LAG];
        for (int t = 0; t < LAG; t++) {
            window[t] = (float) ((value(seen - LAG + t) - MEAN) / STD);
        }
        float[] expected = new float[HORIZON];
        stored.forecaster(WaveModel.FAMILY).forecast(window, 1, expected);
        for (int h = 0; h < HORIZON; h++) {
            // the stored forecaster computes in 32 bits
            assertThat((forecast.mean().get(h) - MEAN) / STD).as("step %d", h).isCloseTo(expected[h], Offset.offset(1e-4));
        }
    }

    /** The service as a process would run it. */
    private static final class Service implements AutoCloseable {
        private final ConfigurableApplicationContext context;
        private final RestClient http;

        Service() throws Exception {
            this(directory);
        }

        Service(Path store) throws Exception {
            context = new SpringApplicationBuilder(ModelApplication.class).web(WebApplicationType.SERVLET)
                    .properties("spring.config.name=model-service").run("--server.port=0", "--spring.datasource.url=" + postgres.jdbcUrl(),
                            "--spring.datasource.username=" + postgres.username(), "--spring.datasource.password=" + postgres.password(),
                            "--longwave.kafka.bootstrap-servers=" + kafka.bootstrapServers(), "--longwave.stream.partitions=2",
                            "--longwave.models.directory=" + store);
            http = RestClient.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port"));
            await(() -> http.get().uri("/actuator/health/readiness").retrieve().onStatus(HttpStatusCode::isError, (request, response) -> {
            }).toBodilessEntity().getStatusCode().value(), 200);
        }

        int post(String path, Object body) {
            return http.post().uri(path).contentType(MediaType.APPLICATION_JSON).body(body).retrieve().toBodilessEntity().getStatusCode()
                    .value();
        }

        String refusal(String path, Object body) {
            return Objects.requireNonNull(http.post().uri(path).contentType(MediaType.APPLICATION_JSON).body(body)
                    .exchange((_, response) -> new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8)));
        }

        HistoryForecastAnswer forecast(HistoryForecastRequest request) {
            return Objects.requireNonNull(http.post().uri(HistoryForecastRequest.PATH).contentType(MediaType.APPLICATION_JSON).body(request)
                    .retrieve().body(HistoryForecastAnswer.class));
        }

        HistoryScoreAnswer score(HistoryScoreRequest request) {
            return Objects.requireNonNull(http.post().uri(HistoryScoreRequest.PATH).contentType(MediaType.APPLICATION_JSON).body(request)
                    .retrieve().body(HistoryScoreAnswer.class));
        }

        SequenceRequest.Answer goOn(SequenceRequest request) {
            return Objects.requireNonNull(http.post().uri(SequenceRequest.PATH).contentType(MediaType.APPLICATION_JSON).body(request)
                    .retrieve().body(SequenceRequest.Answer.class));
        }

        Forecast forecast(int horizon) {
            return Objects.requireNonNull(http.post().uri(ForecastRequest.PATH).contentType(MediaType.APPLICATION_JSON)
                    .body(new ForecastRequest(KEY, horizon, List.of(0.9))).retrieve().body(Forecast.class));
        }

        @Override
        public void close() {
            context.close();
        }
    }

    private static double[] values(int count) {
        return IntStream.range(0, count).mapToDouble(TrainedModelTest::value).toArray();
    }

    private static double value(int i) {
        return WaveModel.wave(i) + 0.1 * STD * Math.sin(i * 12.9898);
    }

    private static void send(int from, int to) {
        long[] times = new long[to - from];
        double[] values = new double[to - from];
        for (int i = from; i < to; i++) {
            times[i - from] = START + i * MINUTE;
            values[i - from] = value(i);
        }
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all"), new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.SAMPLES, KEY.getBytes(StandardCharsets.UTF_8),
                    StreamCodec.encode(new Samples(List.of(new SeriesSamples(KEY, times, values))))));
            producer.flush();
        }
    }

    private String[] models(int from, int to) {
        return database.sql("select string_agg(distinct model, ' ') from point where time >= ? and time < ?")
                .params(START + from * MINUTE, START + to * MINUTE).query(String.class).single().split(" ");
    }

    private void awaitPoints(long expected) throws Exception {
        await(() -> count("select count(*) from point"), expected);
    }

    private long count(String sql, Object... parameters) {
        return database.sql(sql).params(parameters).query(Long.class).single();
    }

    private static <T> void await(Callable<T> value, T expected) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T last = value.call();
        while (!expected.equals(last)) {
            assertThat(System.nanoTime() - deadline).as("expected " + expected + " but still " + last + " after " + PATIENCE).isNegative();
            Thread.sleep(50);
            last = value.call();
        }
    }
}
