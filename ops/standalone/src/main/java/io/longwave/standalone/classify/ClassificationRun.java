package io.longwave.standalone.classify;

import io.longwave.checkpoint.ModelCard;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.train.KeptTraining;
import io.longwave.standalone.train.TrainingOptions;
import io.longwave.train.Scaler;
import io.longwave.train.Split;
import io.longwave.train.TrainingOutcome;
import io.longwave.train.TrainingSettings;
import io.longwave.train.classify.ClassificationData;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.classify.ClassifierLearning;
import io.longwave.train.classify.Classifying;
import io.longwave.train.classify.ConfusionMatrix;
import io.longwave.train.classify.LabelledSequence;
import io.longwave.train.classify.PaddedLengths;
import io.longwave.train.classify.TrainableClassifier;
import io.longwave.train.layout.RecordingInput;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One training of a classifier, from the first step or from where a killed one stopped, to what its best weights say of the test part. */
final class ClassificationRun {

    private final ClassifierFamily family;
    private final ClassifyOptions options;
    private final ClassificationData data;
    private final Scaler scaler;
    private final ObjectNode config;
    private final TrainingSettings settings;
    private final long seed;
    private final List<String> decisive;
    private final TrainingOptions trainingOptions;
    private final KeptTraining training;
    private @Nullable KeptTraining refit;

    /** @param raw values in the unit of the files */
    ClassificationRun(ClassifierFamily family, ClassificationData raw, ClassifyOptions options, TrainingOptions training, long seed) {
        this.family = family;
        this.options = options;
        this.scaler = options.scaling().fit(raw);
        this.data = options.scaling().apply(raw, scaler);
        this.config = training.config(family.defaultConfig(raw.longest(), raw.channels(), raw.classes().size()));
        this.settings = training.settings(family.trainingDefaults(raw.longest(), raw.channels(), raw.classes().size()));
        this.seed = seed;
        this.decisive = List.of(ModelCard.CLASSIFY, family.name(), config.toString(), KeptTraining.decisive(settings),
                Long.toString(seed), data.sha256(), labels(data.train()), labels(data.validation()), options.scaling().name(),
                options.choice().name(), Double.toString(options.balance()));
        this.trainingOptions = training;
        this.training = kept(decisive, settings);
    }

    private KeptTraining kept(List<String> identity, TrainingSettings used) {
        return new KeptTraining(family.name() + "-" + ModelCard.CLASSIFY, identity, used, seed, trainingOptions.dataDirectory(),
                trainingOptions.restart());
    }

    /** Parts cut in another way, or with other beats, have other sequences. */
    private static String labels(List<LabelledSequence> part) {
        long hash = 17;
        for (LabelledSequence sequence : part) {
            hash = 31 * (31 * (31 * hash + sequence.label()) + sequence.length()) + Float.floatToRawIntBits(sequence.values()[0]);
        }
        return part.size() + " " + hash;
    }

    /** The data as the classifier sees them. */
    ClassificationData data() {
        return data;
    }

    /**
     * A model with its best weights and what it makes of sequences it did not learn from.
     *
     * @param validation on all validation sequences, of the model before it learnt from them, where it did
     * @param test on all test sequences
     */
    record Trained(TrainableClassifier model, TrainingOutcome outcome, Judged validation, Judged test) {}

    /** What a model makes of one part. */
    record Judged(ConfusionMatrix confusion, double crossEntropy) {

        static Judged of(TrainableClassifier model, ClassificationData data, List<LabelledSequence> part, int batch) {
            Classifying answers = Classifying.of(model, part, PaddedLengths.of(data), batch);
            return new Judged(ConfusionMatrix.of(data.classes(), part, answers.given()), answers.crossEntropy());
        }
    }

    /**
     * Trains, showing progress on {@code err}.
     *
     * @throws CommandException if the training cannot begin, cannot go on or was asked to stop
     */
    Trained train(String title, PrintWriter err) {
        TrainableClassifier model = create();
        TrainingOutcome outcome = training.train(() -> new ClassifierLearning(data, model, settings, options.choice(), options.balance()),
                title, err);
        Judged validation = Judged.of(model, data, data.validation(), settings.batch());
        TrainableClassifier last = options.refits(data) ? learntWithValidation(outcome.bestEpoch(), title, err) : model;
        return new Trained(last, outcome, validation, Judged.of(last, data, data.test(), settings.batch()));
    }

    private TrainableClassifier learntWithValidation(int epochs, String title, PrintWriter err) {
        TrainableClassifier model = create();
        TrainingSettings same = settings.with(change -> change.maxEpochs = epochs);
        refit = kept(Stream.concat(decisive.stream(), Stream.of("with validation " + epochs)).toList(), same);
        refit.train(() -> ClassifierLearning.withValidation(data, model, same, options.choice(), options.balance()),
                title + " with validation", err);
        return model;
    }

    private TrainableClassifier create() {
        try {
            return family.create(config, seed);
        } catch (IllegalArgumentException e) {
            throw new CommandException("The model cannot be trained: " + e.getMessage(), e);
        }
    }

    /** Forgets the snapshot once its result is kept elsewhere. */
    void discardSnapshot() {
        training.discardSnapshot();
        if (refit != null) {
            refit.discardSnapshot();
        }
    }

    /** Model and training settings as JSON. */
    ObjectNode describeSettings() {
        ObjectNode json = KeptTraining.describe(settings);
        json.put("learntWithValidation", options.refits(data));
        json.put("scaling", options.scaling().name()).put("balance", options.balance()).put("chosenBy", options.choice().name());
        return json;
    }

    ObjectNode config() {
        return config;
    }

    /**
     * What goes into {@code model.json}.
     *
     * @param input how recordings are read that are to be classified
     */
    ModelCard card(String name, Trained trained, RecordingInput input) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        put(metrics, "validation", trained.validation());
        put(metrics, "test", trained.test());
        metrics.put("trainingSeconds", trained.outcome().seconds());
        metrics.put("bestEpoch", (double) trained.outcome().bestEpoch());
        int rows = data.train().size() + data.validation().size() + data.test().size();
        var fingerprint = new ModelCard.DataFingerprint(scaler.columns(), rows, data.sha256(), 0,
                new Split(data.train().size(), data.validation().size(), data.test().size()));
        return new ModelCard(ModelCard.FORMAT, "", family.name(), name, ModelCard.CLASSIFY, Instant.now(), seed, config, describeSettings(),
                fingerprint, scaler, metrics, data.classes(), input);
    }

    private static void put(Map<String, Double> metrics, String part, Judged judged) {
        metrics.put(part + "CrossEntropy", judged.crossEntropy());
        metrics.put(part + "Accuracy", judged.confusion().accuracy());
        metrics.put(part + "BalancedAccuracy", judged.confusion().balancedAccuracy());
        metrics.put(part + "MacroF1", judged.confusion().macroF1());
    }
}
