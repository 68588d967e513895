package io.longwave.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.db.classification.ClassificationJobs;
import io.longwave.db.classification.ClassificationQueries;
import io.longwave.db.classification.JobRow;
import io.longwave.db.classification.ResultRow;
import io.longwave.db.series.TenantScope;
import io.longwave.db.testing.PostgresFixture;
import io.longwave.model.KafkaFixture;
import io.longwave.model.ModelApplication;
import io.longwave.model.WaveModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.classify.RecordingClassifier;
import io.longwave.train.Scaler;
import io.longwave.train.Split;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.classify.Stretch;
import io.longwave.train.layout.ClassificationSource.Layout;
import io.longwave.train.layout.RecordingInput;
import io.longwave.wire.ClassificationAnswer;
import io.longwave.wire.ClassificationJobRequest;
import io.longwave.wire.ClassificationRequest;
import io.longwave.wire.ClassificationRequest.Recording;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.node.JsonNodeFactory;

/** Posted recordings and jobs of files through the whole service, over a real broker and a real database. */
class ClassificationTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();
    @RegisterExtension
    static final KafkaFixture kafka = new KafkaFixture();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RATE = 8000;
    private static final int LONGEST = 64;

    @TempDir
    static Path directory = Path.of("");

    private static @Nullable ConfigurableApplicationContext service;
    private static String words = "";
    private static String forecaster = "";

    private final ClassificationQueries jobs = new ClassificationQueries(JdbcClient.create(postgres.dataSource()));

    record Reply(int status, String body) {}

    @BeforeAll
    static void start() {
        words = register("words").id();
        forecaster = WaveModel.registerWholeSequences(directory).id();
        service = run();
    }

    @AfterAll
    static void stop() {
        Objects.requireNonNull(service).close();
    }

    @BeforeEach
    void empty() {
        postgres.truncate();
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aServiceWithoutJobsHasNothingToComplainAbout(CapturedOutput output) throws Exception {
        Thread.sleep(1_000); // it looks ten times a second here
        assertThat(output.getAll()).doesNotContain("recordings stay open");
    }

    @Test
    void postedRecordingsGetWhatTheStoredModelSaysOfEachInTheirOrder() {
        double[] tone = tone(0.3, 40);
        double[] gap = tone.clone();
        gap[7] = Double.NaN;
        double[] filled = tone.clone();
        filled[7] = (tone[6] + tone[8]) / 2;
        ClassificationAnswer answer = Objects.requireNonNull(http().post().uri(ClassificationRequest.PATH)
                .contentType(MediaType.APPLICATION_JSON)
                .body(new ClassificationRequest(words,
                        List.of(new Recording("a", new double[][]{tone}), new Recording("two", new double[][]{tone, tone}),
                                new Recording("uneven", new double[][]{tone, {1}}), new Recording("none", new double[][]{}),
                                new Recording("large", new double[][]{{1, 1e60}}), new Recording("long", new double[][]{tone(0.3, 65)}),
                                new Recording("gap", new double[][]{gap}),
                                new Recording("silent", new double[][]{{Double.NaN, Double.NaN, Double.NaN}}))))
                .retrieve().body(ClassificationAnswer.class));
        assertThat(answer.model()).isEqualTo(words);
        assertThat(answer.classes()).containsExactly("yes", "no", "stop");
        assertThat(answer.results()).extracting(ClassificationAnswer.Result::name).containsExactly("a", "two", "uneven", "none", "large",
                "long", "gap", "silent");
        assertThat(answer.results()).extracting(ClassificationAnswer.Result::problem).containsExactly(null,
                "expected 1 channel as in the recordings that were trained on but was 2",
                "channel 1: expected 40 samples as in channel 0 but was 1", "expected at least one channel with at least one sample",
                "channel 0, sample 1: expected a finite number but was 1.0E60",
                "expected at most 64 samples a channel, which the longest recording had that was trained on, but was 65", null,
                "expected a known value but all 3 samples are missing");
        assertAnswer(answer.results().getFirst().probabilities(), answer.results().getFirst().label(), tone);
        assertAnswer(answer.results().get(6).probabilities(), answer.results().get(6).label(), filled);
    }

    @Test
    void aJobClassifiesEveryFileAndSaysOfOthersWhyNot() throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < 40; i++) {
            files.put("w" + i + ".wav", wav(RATE, tone(0.01 * (i + 1), 20 + i)));
        }
        files.put("notes.txt", "call back".getBytes(StandardCharsets.UTF_8));
        files.put("folder/fast.wav", wav(16_000, tone(0.3, 20)));
        UUID job = accepted(submit(words, files));
        JobRow row = finished(job);
        assertThat(List.of(row.recordings(), row.classified(), row.failed())).containsExactly(42L, 42L, 2L);
        assertThat(row.model()).isEqualTo(words);
        List<ResultRow> results = jobs.results(job, -1, -1, 100);
        assertThat(results).hasSize(42);
        for (int i = 0; i < 40; i++) {
            ResultRow result = results.get(i);
            assertThat(result.recording()).isEqualTo("w" + i + ".wav");
            assertThat(result.problem()).isNull();
            assertAnswer(result.probabilities().stream().map(Float::doubleValue).toList(), result.label(), tone(0.01 * (i + 1), 20 + i));
        }
        assertThat(results.get(40).problem()).contains("notes.txt: expected a RIFF file");
        assertThat(results.get(41).recording()).as("without its folder").isEqualTo("fast.wav");
        assertThat(results.get(41).problem()).contains("expected 8000 Hz").contains("found 16000 Hz");
        assertThat(JdbcClient.create(postgres.dataSource()).sql("select count(*) from classification_file").query(Long.class).single())
                .as("files of finished jobs").isZero();

        assertThat(reply(http().delete().uri(ClassificationJobRequest.PATH + "/" + job)).status()).isEqualTo(204);
        assertThat(jobs.byId(TenantScope.ALL, job)).isEmpty();
        assertThat(reply(http().delete().uri(ClassificationJobRequest.PATH + "/" + job)))
                .satisfies(problem(404, "unknown-job", job.toString()));
    }

    @Test
    void workThatAnotherProcessLeftIsDoneAndAModelThatIsGoneIsSaidOfEachRecording() throws Exception {
        ClassificationJobs left = new ClassificationJobs(JdbcClient.create(postgres.dataSource()));
        UUID job = UUID.randomUUID();
        left.addFile(newJob(left, job, words), "a.wav", wav(RATE, tone(0.2, 30)));
        left.addRecording(job, 0, "a.wav");
        UUID orphan = UUID.randomUUID();
        left.addFile(newJob(left, orphan, "s4d-gone-1"), "a.wav", wav(RATE, tone(0.2, 30)));
        left.addRecording(orphan, 0, "a.wav");
        assertThat(finished(job).failed()).isZero();
        assertThat(finished(orphan).failed()).isEqualTo(1);
        assertThat(jobs.results(orphan, -1, -1, 9).getFirst().problem())
                .isEqualTo("expected the id of a registered model but was s4d-gone-1");
    }

    @Test
    void aRecordingThatTheDatabaseRefusesWhateverIsTriedKeepsNeitherItsJobNorOthersOpen() throws Exception {
        JdbcClient database = JdbcClient.create(postgres.dataSource());
        database.sql("""
                create function refuse() returns trigger language plpgsql as $$ begin raise exception 'planted'; end $$;
                create trigger planted before insert on classification for each row when (new.label is not null and new.ordinal = 1)
                    execute function refuse()""").update();
        try {
            Map<String, byte[]> files = new LinkedHashMap<>();
            for (int i = 0; i < 3; i++) {
                files.put(i + ".wav", wav(RATE, tone(0.1, 30)));
            }
            UUID bad = accepted(submit(words, files));
            UUID good = accepted(submit(words, Map.of("a.wav", wav(RATE, tone(0.1, 30)))));
            assertThat(finished(good).failed()).isZero();
            assertThat(finished(bad).failed()).isEqualTo(1);
            assertThat(jobs.results(bad, -1, -1, 9)).extracting(ResultRow::problem).containsExactly(null,
                    "failed 5 times at the database; the log of the service says why", null);
        } finally {
            database.sql("drop function refuse() cascade").update();
        }
    }

    @Test
    void aJobThatWasOpenWhenTheServiceStoppedGoesOnAtTheNextStart() throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < 500; i++) {
            files.put("w" + i + ".wav", wav(RATE, tone(0.001 * (i + 1), 64)));
        }
        UUID job = accepted(submit(words, files));
        Objects.requireNonNull(service).close();
        long before = jobs.byId(TenantScope.ALL, job).orElseThrow().classified();
        service = run();
        JobRow row = finished(job);
        assertThat(List.of(row.recordings(), row.classified(), row.failed())).as("of which %d before", before).containsExactly(500L, 500L,
                0L);
        assertThat(jobs.results(job, -1, -1, 1000)).extracting(ResultRow::recording).doesNotHaveDuplicates().hasSize(500);
    }

    @Test
    void aJobIsOfTheTenantItIsSentFor() throws Exception {
        Map<String, byte[]> files = Map.of("a.wav", wav(RATE, tone(0.2, 30)));
        UUID job = accepted(submit("a/b&c", words, files));
        assertThat(finished(job).classified()).isEqualTo(1);
        assertThat(jobs.byId(new TenantScope("a/b&c"), job)).isPresent();
        assertThat(jobs.byId(new TenantScope("a"), job)).isEmpty();
        assertThat(jobs.byId(new TenantScope("a"), accepted(submit(words, files)))).as("of nobody").isEmpty();
    }

    @Test
    void whatCannotBecomeAJobIsRefusedWithWhatWasExpected() {
        byte[] wav = wav(RATE, tone(0.2, 30));
        assertThat(submit("s4d-none-1", Map.of("a.wav", wav))).satisfies(problem(404, "unknown-model", "s4d-none-1"));
        assertThat(submit(forecaster, Map.of("a.wav", wav))).satisfies(problem(422, "model-cannot-classify",
                forecaster + " cannot: expected a model of task classify but its task is forecast"));
        assertThat(submit(words, Map.of("a.mp3", wav))).satisfies(problem(422, "no-recordings", "expected WAV files of 8000 Hz"));
        assertThat(submit(words, Map.of("a.wav", wav, "folder/a.wav", wav)))
                .satisfies(problem(400, "bad-file", "expected each name once but a.wav came twice"));
        assertThat(submit(words, Map.of(" ", wav))).satisfies(problem(400, "bad-file", "expected a name of 1 to 200 characters"));
        assertThat(jobs.newest(TenantScope.ALL, null, 10)).isEmpty();

        String old = registerWithoutInput().id();
        assertThat(submit(old, Map.of("a.wav", wav))).satisfies(problem(422, "model-cannot-classify", "train it again"));
    }

    private static void assertAnswer(List<Double> probabilities, @Nullable String label, double[] tone) {
        StoredModel stored = new ModelStore(directory).open(words);
        float[] values = new float[tone.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) tone[i];
        }
        float[] expected = RecordingClassifier.open(stored)
                .classify(List.of(new Stretch(null, LabelledSequence.unknown(values, values.length)))).getFirst().probabilities();
        int best = 0;
        for (int c = 0; c < expected.length; c++) {
            best = expected[c] > expected[best] ? c : best;
            assertThat(probabilities.get(c)).isEqualTo(expected[c], within(1e-4)); // a file has its samples rounded to 16 bits
        }
        assertThat(label).isEqualTo(stored.card().classes().get(best));
    }

    private static UUID newJob(ClassificationJobs jobs, UUID id, String model) {
        jobs.create(id, null, model, List.of("yes", "no", "stop"));
        return id;
    }

    private JobRow finished(UUID job) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            JobRow row = jobs.byId(TenantScope.ALL, job).orElseThrow();
            if (row.finishedAt() != null) {
                return row;
            }
            assertThat(System.nanoTime() - deadline).as("still %s after %s", row, PATIENCE).isNegative();
            Thread.sleep(20);
        }
    }

    private static Reply submit(String model, Map<String, byte[]> files) {
        return submit(null, model, files);
    }

    private static Reply submit(@Nullable String tenant, String model, Map<String, byte[]> files) {
        MultiValueMap<String, Object> parts = new LinkedMultiValueMap<>();
        files.forEach((name, content) -> parts.add(ClassificationJobRequest.PART, new ByteArrayResource(content) {
            @Override
            public String getFilename() { return name; }
        }));
        return reply(http().method(HttpMethod.POST)
                .uri(uri -> uri.path(ClassificationJobRequest.PATH).queryParam("model", "{model}").queryParamIfPresent("tenant",
                        Optional.ofNullable(tenant).map(_ -> "{tenant}")).build(model, tenant))
                .contentType(MediaType.MULTIPART_FORM_DATA).body(parts));
    }

    private static UUID accepted(Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(202);
        return UUID.fromString(reply.body().replaceAll(".*\"job\":\"([^\"]*)\".*", "$1"));
    }

    private static Reply reply(RestClient.RequestHeadersSpec<?> asked) {
        return Objects.requireNonNull(asked.exchange((_, response) -> new Reply(response.getStatusCode().value(),
                new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8))));
    }

    private static Consumer<Reply> problem(int status, String type, String detail) {
        return reply -> {
            assertThat(reply.status()).as(reply.body()).isEqualTo(status);
            assertThat(reply.body()).contains("\"type\":\"urn:longwave:problem:" + type + "\"").contains(detail);
        };
    }

    private static RestClient http() {
        return RestClient
                .create("http://localhost:" + Objects.requireNonNull(service).getEnvironment().getProperty("local.server.port"));
    }

    private static ConfigurableApplicationContext run() {
        return new SpringApplicationBuilder(ModelApplication.class).web(WebApplicationType.SERVLET)
                .properties("spring.config.name=model-service").run("--server.port=0", "--spring.datasource.url=" + postgres.jdbcUrl(),
                        "--spring.datasource.username=" + postgres.username(), "--spring.datasource.password=" + postgres.password(),
                        "--longwave.kafka.bootstrap-servers=" + kafka.bootstrapServers(), "--longwave.stream.partitions=2",
                        "--longwave.models.directory=" + directory, "--longwave.classification.look=100ms");
    }

    /** Weights as they are drawn: what counts is that everything reaches the network and comes back. */
    private static StoredModel register(String name) {
        return register(name, new RecordingInput(Layout.WAV, RATE, "", null));
    }

    private static StoredModel registerWithoutInput() {
        return register("old", null);
    }

    private static StoredModel register(String name, @Nullable RecordingInput input) {
        ClassifierFamily family = ModelFamilies.classifier("s4d").orElseThrow();
        var config = family.defaultConfig(LONGEST, 1, 3).put("width", 8).put("blocks", 1);
        Scaler scaler = new Scaler(List.of("0"), List.of(0.1), List.of(0.5));
        ModelCard card = new ModelCard(1, "", "s4d", name, ModelCard.CLASSIFY, Instant.EPOCH, 4, config,
                JsonNodeFactory.instance.objectNode().put("scaling", "CHANNEL"),
                new ModelCard.DataFingerprint(List.of("0"), 30, "00", 0, new Split(10, 10, 10)), scaler, Map.of(),
                List.of("yes", "no", "stop"), input);
        return new ModelStore(directory).register(card, family.create(config, 4).weights());
    }

    private static double[] tone(double frequency, int length) {
        double[] tone = new double[length];
        for (int l = 0; l < length; l++) {
            tone[l] = 0.9 * Math.sin(frequency * l);
        }
        return tone;
    }

    private static byte[] wav(int rate, double[] samples) {
        ByteBuffer bytes = ByteBuffer.allocate(44 + 2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples.length);
        bytes.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16).putShort((short) 1).putShort((short) 1);
        bytes.putInt(rate).putInt(2 * rate).putShort((short) 2).putShort((short) 16);
        bytes.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples.length);
        for (double sample : samples) {
            bytes.putShort((short) Math.round(32_767 * sample));
        }
        return bytes.array();
    }
}
