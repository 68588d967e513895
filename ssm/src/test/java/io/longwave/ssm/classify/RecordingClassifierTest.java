package io.longwave.ssm.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.classify.RecordingClassifier.Outcome;
import io.longwave.train.DataFiles;
import io.longwave.train.Scaler;
import io.longwave.train.Split;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.classify.InputScaling;
import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.classify.Stretch;
import io.longwave.train.classify.TrainableClassifier;
import io.longwave.train.layout.ClassificationSource.Layout;
import io.longwave.train.layout.RecordingInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** With weights as they are drawn: what counts is that the network of the card sees what it would see in training. */
class RecordingClassifierTest {
    private static final int LONGEST = 60;
    private static final int CHANNELS = 2;
    private static final List<String> CLASSES = List.of("slow", "middle", "fast");
    private static final Scaler SCALER = new Scaler(List.of("0", "1"), List.of(0.5, -1.0), List.of(2.0, 0.25));
    private static final RecordingInput TABLES = new RecordingInput(Layout.ARCHIVE, 0, "", null);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"s4d", "mamba", "longconv", "chimera"})
    void givesEachRecordingWhatTheNetworkSaysOfItAloneWhateverStandsBesideIt(String family) {
        StoredModel stored = store(family, InputScaling.CHANNEL, TABLES);
        TrainableClassifier network = stored.classifier(ModelFamilies.classifier(family).orElseThrow());
        RecordingClassifier classifier = RecordingClassifier.open(stored);
        List<LabelledSequence> recordings = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(3);
        for (int length : new int[]{60, 1, 7, 8, 9, 30, 31, 59, 60, 15, 16}) {
            recordings.add(recording(random, length));
        }
        List<float[]> together = classify(classifier, recordings);
        assertThat(together).hasSize(recordings.size());
        for (int i = 0; i < recordings.size(); i++) {
            LabelledSequence recording = recordings.get(i);
            float[] seen = new float[recording.values().length];
            for (int j = 0; j < seen.length; j++) {
                seen[j] = (float) ((recording.values()[j] - SCALER.mean().get(j % CHANNELS)) / SCALER.std().get(j % CHANNELS));
            }
            float[] expected = new float[CLASSES.size()];
            network.classify(seen, new int[]{recording.length()}, 1, recording.length(), expected);
            float[] alone = classify(classifier, List.of(recording)).getFirst();
            for (int c = 0; c < expected.length; c++) {
                // Transforms of another padded length round otherwise.
                assertThat(together.get(i)[c]).as("recording %d, class %d", i, c).isEqualTo(expected[c], within(1e-5f));
                assertThat(alone[c]).isEqualTo(expected[c], within(1e-5f));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void scalesAsTrainingDid(InputScaling scaling) {
        RecordingClassifier classifier = RecordingClassifier.open(store("s4d", scaling, TABLES));
        LabelledSequence recording = recording(new SplittableRandom(5), 40);
        float[] larger = recording.values().clone();
        for (int i = 0; i < larger.length; i++) {
            larger[i] = 3 * larger[i] + 1;
        }
        float[] answer = classify(classifier, List.of(recording)).getFirst();
        float[] ofLarger = classify(classifier, List.of(LabelledSequence.unknown(larger, 40))).getFirst();
        double apart = 0;
        for (int c = 0; c < answer.length; c++) {
            apart = Math.max(apart, Math.abs(answer[c] - ofLarger[c]));
        }
        if (scaling == InputScaling.SEQUENCE) {
            assertThat(apart).as("how large a recording is says nothing").isLessThan(1e-5);
        } else {
            assertThat(apart).isGreaterThan(1e-3);
        }
    }

    @Test
    void oneThatCannotBeClassifiedKeepsNoneOfTheOthersFromIt() throws IOException {
        RecordingClassifier classifier = RecordingClassifier.open(store("s4d", InputScaling.CHANNEL, TABLES));
        Files.writeString(directory.resolve("good.ts"), "@dimensions 2\n@classLabel false\n@data\n1,2,3:4,5,6\n0:0\n");
        Files.writeString(directory.resolve("long.ts"), "@classLabel false\n@data\n" + "1,".repeat(60) + "1:" + "2,".repeat(60) + "2\n");
        Files.writeString(directory.resolve("narrow.tsv"), "?\t1\t2\n");
        Files.writeString(directory.resolve("broken.tsv"), "?\t1\tx\n");
        Files.writeString(directory.resolve("huge.ts"), "@dimensions 2\n@classLabel false\n@data\n0:3e38\n");
        Files.writeString(directory.resolve("last.ts"), "@data\n0:0:slow\n");
        List<Outcome> outcomes = classifier.classify(DataFiles.in(directory),
                List.of("good.ts", "long.ts", "narrow.tsv", "broken.tsv", "none.ts", "last.ts", "huge.ts"));
        assertThat(outcomes).extracting(Outcome::recording).containsExactly("good.ts", "long.ts", "narrow.tsv", "broken.tsv", "none.ts",
                "last.ts", "huge.ts");
        assertThat(outcomes.get(0).answers()).hasSize(2);
        assertThat(outcomes.get(1).problem()).startsWith("long.ts: expected at most 60 samples").endsWith("but was 61");
        assertThat(outcomes.get(2).problem()).startsWith("narrow.tsv: expected 2 channels").endsWith("but was 1");
        assertThat(outcomes.get(3).problem()).contains("broken.tsv, line 1: field 3: expected a number").contains("'x'");
        assertThat(outcomes.get(4).problem()).contains("none.ts").contains("there is none");
        assertThat(outcomes.get(5).problem()).isNull();
        assertThat(outcomes.get(5).answers().getFirst().probabilities()).as("the same case as the second of the first file")
                .containsExactly(outcomes.get(0).answers().get(1).probabilities(), within(1e-6f));
        assertThat(outcomes.get(6).problem()).startsWith("huge.ts: expected values of about the size");
        for (Outcome outcome : outcomes) {
            outcome.answers().forEach(answer -> {
                float highest = 0;
                float sum = 0;
                for (float probability : answer.probabilities()) {
                    highest = Math.max(highest, probability);
                    sum += probability;
                }
                assertThat(sum).isEqualTo(1, within(1e-5f));
                assertThat(answer.probabilities()[CLASSES.indexOf(answer.label())]).isEqualTo(highest);
                assertThat(answer.seconds()).isNull();
            });
        }
    }

    @Test
    void classifiesMoreThanOneBatch() {
        RecordingClassifier classifier = RecordingClassifier.open(store("s4d", InputScaling.CHANNEL, TABLES));
        LabelledSequence one = recording(new SplittableRandom(6), 20);
        List<float[]> answers = classify(classifier, Collections.nCopies(71, one));
        assertThat(answers).hasSize(71).allSatisfy(answer -> assertThat(answer).containsExactly(answers.getFirst(), within(1e-6f)));
        assertThat(classifier.classify(List.of())).isEmpty();
    }

    @Test
    void aModelOfAnotherTaskOrWithoutADescriptionOfFilesIsRefusedWithTheReason() {
        StoredModel stored = store("s4d", InputScaling.CHANNEL, null);
        RecordingClassifier old = RecordingClassifier.open(stored);
        assertThat(old.input()).isEmpty();
        assertThat(classify(old, List.of(recording(new SplittableRandom(1), 5))).getFirst()).hasSize(3);
        assertThatThrownBy(() -> old.classify(DataFiles.in(directory), List.of("x"))).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("says how files are read");
        ModelCard card = stored.card();
        StoredModel other = new StoredModel(new ModelCard(1, card.id(), "s4d", "x", ModelCard.FORECAST, card.created(), 1, card.config(),
                card.training(), card.data(), card.scaler(), card.metrics()), stored.directory());
        assertThatThrownBy(() -> RecordingClassifier.open(other)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("expected a model of task classify but its task is forecast");
        StoredModel scaled = new StoredModel(card("s4d", "LOUD", TABLES), stored.directory());
        assertThatThrownBy(() -> RecordingClassifier.open(scaled)).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("expected a scaling among [CHANNEL, SEQUENCE, NONE] but was 'LOUD'");
    }

    private static List<float[]> classify(RecordingClassifier classifier, List<LabelledSequence> recordings) {
        return classifier.classify(recordings.stream().map(recording -> new Stretch(null, recording)).toList()).stream()
                .map(RecordingClassifier.Answer::probabilities).toList();
    }

    private static LabelledSequence recording(SplittableRandom random, int length) {
        float[] values = new float[length * CHANNELS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return LabelledSequence.unknown(values, length);
    }

    private StoredModel store(String family, InputScaling scaling, @Nullable RecordingInput input) {
        ModelCard card = card(family, scaling.name(), input);
        TrainableClassifier network = ModelFamilies.classifier(family).orElseThrow().create(card.config(), card.seed());
        return new ModelStore(directory.resolve("models")).register(card, network.weights());
    }

    private static ModelCard card(String name, String scaling, @Nullable RecordingInput input) {
        ClassifierFamily family = ModelFamilies.classifier(name).orElseThrow();
        ObjectNode config = family.defaultConfig(LONGEST, CHANNELS, CLASSES.size());
        return new ModelCard(ModelCard.FORMAT, "", name, "x", ModelCard.CLASSIFY, Instant.EPOCH, 4, config,
                JsonMapper.shared().createObjectNode().put("scaling", scaling),
                new ModelCard.DataFingerprint(List.of("0", "1"), 30, "ab".repeat(32), 0, new Split(10, 10, 10)), SCALER,
                Map.of("testAccuracy", 0.5), CLASSES, input);
    }
}
