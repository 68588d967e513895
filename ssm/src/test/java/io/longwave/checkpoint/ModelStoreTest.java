package io.longwave.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.train.LinearForecaster;
import io.longwave.train.Scaler;
import io.longwave.train.Split;
import io.longwave.train.TrainableForecaster;
import io.longwave.train.TrainableModel.NamedTensor;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.layout.ClassificationSource.Layout;
import io.longwave.train.layout.RecordingInput;
import io.longwave.train.classify.MomentClassifier;
import io.longwave.train.reconstruct.ReconstructorFamily;
import io.longwave.train.wfdb.BeatOptions;
import io.longwave.train.reconstruct.RowAutoencoder;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ModelStoreTest {

    private static final LinearForecaster.Family FAMILY = new LinearForecaster.Family();

    @TempDir
    private Path directory;
    private ModelStore store;

    @BeforeEach
    void open() {
        store = new ModelStore(directory.resolve("models"));
    }

    @Test
    void aModelThatIsDeletedDoesNotGiveItsNameToAnother() throws IOException {
        TrainableForecaster model = FAMILY.create(FAMILY.defaultConfig(4, 2, 1), 9);
        assertThat(store.register(card("room"), model.weights()).id()).isEqualTo("linear-room-1");
        StoredModel second = store.register(card("room"), model.weights());
        try (Stream<Path> files = Files.walk(second.directory())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        assertThat(new ModelStore(directory.resolve("models")).register(card("room"), model.weights()).id()).isEqualTo("linear-room-3");
        assertThat(store.register(card("room two"), model.weights()).id()).isEqualTo("linear-room-two-1");
    }

    @Test
    void aStoredModelForecastsTheSameBits() {
        TrainableForecaster model = FAMILY.create(FAMILY.defaultConfig(4, 2, 1), 9);
        StoredModel stored = store.register(card("ett OT"), model.weights());
        assertThat(stored.id()).isEqualTo("linear-ett-ot-1");
        float[] lag = {1, 2, 3, 5};
        float[] expected = new float[2];
        float[] found = new float[2];
        model.forecast(lag, 1, expected);
        store.open("linear-ett-ot-1").forecaster(FAMILY).forecast(lag, 1, found);
        assertThat(found).containsExactly(expected);
    }

    @Test
    void theDescriptionComesBackAsItWas() {
        ModelCard card = card("x");
        ModelCard read = store.open(store.register(card, weights()).id()).card();
        assertThat(read).isEqualTo(card.withId("linear-x-1"));
    }

    @Test
    void numbersModelsOfOneNameAndListsThemInOrder() {
        assertThat(store.list().models()).isEmpty();
        for (int i = 0; i < 11; i++) {
            store.register(card("b"), weights());
        }
        store.register(card("a"), weights());
        assertThat(store.list().models()).extracting(StoredModel::id).startsWith("linear-a-1", "linear-b-1", "linear-b-2").endsWith(
                "linear-b-10",
                "linear-b-11");
    }

    @Test
    void trainingsThatEndTogetherGetTheirOwnNumbers() {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 16).parallel().forEach(i -> ids.add(new ModelStore(store.directory()).register(card("x"), weights()).id()));
        assertThat(ids).hasSize(16);
        assertThat(store.list().models()).hasSize(16);
        assertThat(store.list().problems()).isEmpty();
    }

    @Test
    void anUnfinishedDirectoryIsNoModel() throws IOException {
        Files.createDirectories(store.directory().resolve(".draft-1234"));
        Files.writeString(store.directory().resolve("linear-x-1.txt"), "");
        assertThat(store.list()).isEqualTo(new ModelStore.Listing(List.of(), List.of()));
    }

    @Test
    void aDamagedModelIsReportedAndTheOthersAreListed() throws IOException {
        store.register(card("x"), weights());
        StoredModel second = store.register(card("x"), weights());
        StoredModel third = store.register(card("x"), weights());
        StoredModel fourth = store.register(card("x"), weights());
        Files.writeString(second.directory().resolve("model.json"), "{\"format\": 1, ");
        Files.delete(third.directory().resolve("weights.safetensors"));
        Files.writeString(fourth.directory().resolve("model.json"), "{\"format\": 1, \"id\": \"linear-x-4\"}");
        ModelStore.Listing listing = store.list();
        assertThat(listing.models()).extracting(StoredModel::id).containsExactly("linear-x-1");
        assertThat(listing.problems()).extracting(Throwable::getMessage).satisfiesExactly(
                problem -> assertThat(problem).contains("linear-x-2").contains("is no description of a model"),
                problem -> assertThat(problem).contains("linear-x-3").contains("expected weights.safetensors but there is none"),
                problem -> assertThat(problem).contains("linear-x-4").contains("expected a field 'family'"));
    }

    @Test
    void namesWhatIsThereWhenAskedForAModelThatIsNot() {
        store.register(card("x"), weights());
        assertThatThrownBy(() -> store.open("linear-y-1")).hasMessageContaining("expected a model 'linear-y-1' but found [linear-x-1]");
        assertThatThrownBy(() -> store.open("../linear-x-1")).isInstanceOf(CheckpointException.class);
    }

    @Test
    void refusesATruncatedCheckpointWithItsSizes() throws IOException {
        StoredModel stored = store.register(card("x"), weights());
        Path file = stored.directory().resolve("weights.safetensors");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 5));
        assertThatThrownBy(() -> stored.forecaster(FAMILY)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("expected " + whole.length + " bytes but the file has " + (whole.length - 5));
    }

    @Test
    void refusesWeightsOfAnotherShape() {
        StoredModel stored = store.register(card("x"), new LinearForecaster(5, 2, 1, 0, 1).weights());
        assertThatThrownBy(() -> stored.forecaster(FAMILY)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("tensor 'map': expected shape [4, 2] but was [5, 2]");
    }

    @Test
    void readsADescriptionWithFieldsOfALaterVersion() throws IOException {
        StoredModel stored = store.register(card("x"), weights());
        Path file = stored.directory().resolve("model.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{ \"laterField\": [1, 2],"));
        assertThat(store.open(stored.id()).card()).isEqualTo(stored.card());
    }

    @Test
    void aStoredClassifierKnowsItsClassesAndGivesTheSameBits() {
        ClassifierFamily family = new MomentClassifier.Family();
        var model = family.create(family.defaultConfig(5, 2, 3), 4);
        ModelCard card = new ModelCard(ModelCard.FORMAT, "", "moments", "x", ModelCard.CLASSIFY, Instant.EPOCH, 4,
                family.defaultConfig(5, 2, 3), JsonMapper.shared().createObjectNode(),
                new ModelCard.DataFingerprint(List.of("0", "1"), 30, "ab".repeat(32), 0, new Split(10, 10, 10)),
                new Scaler(List.of("0", "1"), List.of(0.0, 1.0), List.of(1.0, 2.0)), Map.of("testAccuracy", 0.5),
                List.of("slow", "middle", "fast"),
                new RecordingInput(Layout.WFDB, 360, "MLII", BeatOptions.plain()));
        StoredModel stored = store.open(store.register(card, model.weights()).id());
        assertThat(stored.card()).isEqualTo(card.withId("moments-x-1"));
        float[] expected = new float[3];
        float[] found = new float[3];
        float[] sequence = {1, 2, 3, 4, 5, 6, 7, 8, 9, 0};
        model.classify(sequence, new int[]{5}, 1, 5, expected);
        stored.classifier(family).classify(sequence, new int[]{5}, 1, 5, found);
        assertThat(found).containsExactly(expected);
        assertThatThrownBy(() -> stored.forecaster(FAMILY)).hasMessageContaining("expected a model of family linear but was moments");
    }

    @Test
    void aStoredReconstructorGivesTheSameBitsAndIsNoClassifier() {
        ReconstructorFamily family = new RowAutoencoder.Family();
        var model = family.create(family.defaultConfig(2, 3), 4);
        ModelCard card = new ModelCard(ModelCard.FORMAT, "", "rows", "x", ModelCard.RECONSTRUCT, Instant.EPOCH, 4,
                family.defaultConfig(2, 3),
                JsonMapper.shared().createObjectNode(),
                new ModelCard.DataFingerprint(List.of("a", "b", "c"), 30, "ab".repeat(32), 0, new Split(10, 10, 10)),
                new Scaler(List.of("a", "b", "c"), List.of(0.0, 1.0, 2.0), List.of(1.0, 2.0, 3.0)), Map.of("testVusPr", 0.5));
        StoredModel stored = store.open(store.register(card, model.weights()).id());
        float[] rows = {1, 2, 3, 4, 5, 6};
        float[] expected = new float[6];
        float[] found = new float[6];
        model.reconstruct(rows, 1, expected);
        stored.reconstructor(family).reconstruct(rows, 1, found);
        assertThat(found).containsExactly(expected);
        ClassifierFamily classifiers = new MomentClassifier.Family() {
            @Override
            public String name() {
                return "rows";
            }
        };
        assertThatThrownBy(() -> stored.classifier(classifiers))
                .hasMessageContaining("expected a model of task classify but its task is reconstruct");
    }

    @Test
    void aModelOfTheFirstFormatForecastsAsItDid() throws IOException, URISyntaxException {
        Path old = Path.of(Objects.requireNonNull(getClass().getResource("/formats/models-1")).toURI());
        StoredModel stored = new ModelStore(old).open("linear-old-1");
        assertThat(stored.card()).isEqualTo(card("old").withId("linear-old-1"));
        float[] found = new float[2];
        stored.forecaster(FAMILY).forecast(new float[]{1, 2, 3, 5}, 1, found);
        assertThat(found).containsExactly(5.2247376f, 4.4567814f);
    }

    private static List<NamedTensor> weights() {
        return new LinearForecaster(4, 2, 1, 0, 1).weights();
    }

    private static ModelCard card(String name) {
        return new ModelCard(ModelCard.FORMAT, "", "linear", name, ModelCard.FORECAST, Instant.parse("2026-03-01T12:00:00.123456789Z"), 9,
                FAMILY.defaultConfig(4, 2, 1), JsonMapper.shared().createObjectNode().put("batch", 50),
                new ModelCard.DataFingerprint(List.of("OT"), 17_420, "ab".repeat(32), 3_600_000, new Split(8640, 2880, 2880)),
                new Scaler(List.of("OT"), List.of(17.1282616982271), List.of(9.176491024944333)), Map.of("testMse", 0.08, "testMae", 0.22));
    }
}
