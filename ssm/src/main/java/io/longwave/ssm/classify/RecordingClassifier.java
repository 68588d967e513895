package io.longwave.ssm.classify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.train.DataFileException;
import io.longwave.train.DataFiles;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.classify.Classifying;
import io.longwave.train.classify.InputScaling;
import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.classify.PaddedLengths;
import io.longwave.train.classify.Stretch;
import io.longwave.train.classify.TrainableClassifier;
import io.longwave.train.layout.ClassificationSource.Layout;
import io.longwave.train.layout.RecordingInput;
import io.longwave.train.layout.RecordingReader;

/**
 * A stored classifier, ready for recordings in the unit of the files it was trained on. V channels, C classes.
 *
 * <p>Recordings are given to the network several at a time, padded to one of a few lengths, so that it records few passes. Used by one thread at a
 * time.
 */
public final class RecordingClassifier {
    /** What is said of a recording to which the network has no answer. */
    public static final String NO_NUMBER = "expected values of about the size of those that were trained on but some are so large that the answer is no number";

    /** Recordings that the network is given at once at most. */
    private static final int MOST = 32;
    /** Steps of all recordings of a batch at most, of long recordings: what the network keeps of a batch grows with them. */
    private static final int MOST_STEPS = 1 << 16;

    private final ModelCard card;
    private final TrainableClassifier network;
    private final InputScaling scaling;
    private final int longest;
    private final PaddedLengths lengths;
    private final int batch;

    private RecordingClassifier(ModelCard card, TrainableClassifier network, InputScaling scaling, int longest) {
        this.card = card;
        this.network = network;
        this.scaling = scaling;
        this.longest = longest;
        this.lengths = PaddedLengths.halving(longest);
        this.batch = Math.clamp(MOST_STEPS / longest, 1, MOST);
    }

    /** @throws CheckpointException if the model is no classifier, or its files cannot be read */
    public static RecordingClassifier open(StoredModel stored) {
        ModelCard card = stored.card();
        if (!card.task().equals(ModelCard.CLASSIFY)) {
            throw new CheckpointException(stored.directory(), "expected a model of task " + ModelCard.CLASSIFY + " but its task is "
                    + card.task());
        }
        ClassifierFamily family = ModelFamilies.classifier(card.family())
                .orElseThrow(() -> new CheckpointException(stored.directory(), "expected a family that classifies, one of "
                        + ModelFamilies.classifiers().stream().map(ClassifierFamily::name).toList() + ", but was " + card.family()));
        return new RecordingClassifier(card, stored.classifier(family), scaling(stored), card.config().path("length").asInt());
    }

    /**
     * What a stored classifier does to values before its network sees them.
     *
     * @throws CheckpointException if its card names no such thing
     */
    public static InputScaling scaling(StoredModel stored) {
        String name = stored.card().training().path("scaling").asString(InputScaling.CHANNEL.name());
        return Arrays.stream(InputScaling.values()).filter(scaling -> scaling.name().equals(name)).findFirst()
                .orElseThrow(() -> new CheckpointException(stored.directory(),
                        "expected a scaling among " + List.of(InputScaling.values()) + " but was '" + name + "'"));
    }

    /** Id of the model. */
    public String model() {
        return card.id();
    }

    /** Names, in the order of the probabilities, [C]. */
    public List<String> classes() {
        return card.classes();
    }

    /** V. */
    public int channels() {
        return network.channels();
    }

    /** Steps of a recording at most. */
    public int longest() {
        return longest;
    }

    /** How many recordings are worth being read and classified together: a file of cases or a record of beats fills batches by itself. */
    public int together() {
        return input().map(RecordingInput::layout).orElse(Layout.WAV) == Layout.WAV ? batch : 1;
    }

    /** How files are read; empty for a model of a version that did not say. */
    public Optional<RecordingInput> input() {
        return Optional.ofNullable(card.input());
    }

    /** @throws IllegalArgumentException if a recording has other channels or is too long, naming what was expected and found */
    public void check(LabelledSequence recording) {
        if (recording.channels() != channels()) {
            throw new IllegalArgumentException("expected " + channels() + (channels() == 1 ? " channel" : " channels")
                    + " as in the recordings that were trained on but was " + recording.channels());
        }
        if (recording.length() > longest) {
            throw new IllegalArgumentException("expected at most " + longest + " samples a channel, which the longest recording had that"
                    + " was trained on, but was " + recording.length());
        }
    }

    /**
     * What is said of one stretch of a recording.
     *
     * @param seconds from the start of the recording to the beat; null where the stretch is no beat
     * @param label the likeliest class
     * @param probabilities of the classes, [C], adding up to 1
     */
    @SuppressWarnings("ArrayRecordComponent") // answers are read, never compared
    public record Answer(@Nullable Double seconds, String label, float[] probabilities) {

        /** Whether the network came to an answer; not, where values are so large that its numbers overflow. */
        public boolean isNumber() {
            return Float.isFinite(probabilities[0]);
        }
    }

    /**
     * Classifies stretches together.
     *
     * @return as many answers, in their order
     * @throws IllegalArgumentException if one of them cannot be classified, see {@link #check}
     */
    public List<Answer> classify(List<Stretch> stretches) {
        List<LabelledSequence> sequences = stretches.stream().map(Stretch::sequence).toList();
        sequences.forEach(this::check);
        if (sequences.isEmpty()) {
            return List.of();
        }
        // One recording alone is common, and need not wait for the passes of a whole batch.
        float[] all = Classifying.probabilities(network, scaling.apply(sequences, card.scaler()), lengths,
                sequences.size() == 1 ? 1 : batch);
        int classes = classes().size();
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < sequences.size(); i++) {
            answers.add(new Answer(stretches.get(i).seconds(), classes().get(Classifying.likeliest(all, i * classes, classes)),
                    Arrays.copyOfRange(all, i * classes, (i + 1) * classes)));
        }
        return answers;
    }

    /**
     * What became of one recording.
     *
     * @param answers of its stretches in the order of the file; empty where there is a problem
     * @param problem why it could not be classified, what was expected and what was found; null where it could
     */
    public record Outcome(String recording, List<Answer> answers, @Nullable String problem) {
        public Outcome {
            answers = List.copyOf(answers);
        }
    }

    /**
     * Reads and classifies recordings together. One that cannot be read, or is not like those that were trained on, keeps none of the others from
     * their answers.
     *
     * @param recordings as {@link RecordingReader#recording} has them
     * @return as many outcomes, in their order
     * @throws IllegalStateException if the model does not say how files are read, see {@link #input}
     */
    public List<Outcome> classify(DataFiles files, List<String> recordings) {
        RecordingReader reader = new RecordingReader(input().orElseThrow(
                () -> new IllegalStateException("expected a model that says how files are read but was " + model())));
        List<List<Stretch>> read = new ArrayList<>();
        List<@Nullable String> problems = new ArrayList<>();
        for (String recording : recordings) {
            try {
                List<Stretch> stretches = reader.read(files, recording);
                stretches.forEach(stretch -> check(stretch.sequence()));
                read.add(stretches);
                problems.add(null);
            } catch (DataFileException e) {
                read.add(List.of());
                problems.add(e.getMessage());
            } catch (IllegalArgumentException e) {
                read.add(List.of());
                problems.add(recording + ": " + e.getMessage());
            }
        }
        Iterator<Answer> answers = classify(read.stream().flatMap(List::stream).toList()).iterator();
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < recordings.size(); i++) {
            List<Answer> own = read.get(i).stream().map(_ -> answers.next()).toList();
            boolean numbers = own.stream().allMatch(Answer::isNumber);
            outcomes.add(numbers
                    ? new Outcome(recordings.get(i), own, problems.get(i))
                    : new Outcome(recordings.get(i), List.of(), recordings.get(i) + ": " + NO_NUMBER));
        }
        return outcomes;
    }
}
