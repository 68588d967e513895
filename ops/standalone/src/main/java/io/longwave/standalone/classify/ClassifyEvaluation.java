package io.longwave.standalone.classify;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.StoredModel;
import io.longwave.standalone.classify.ClassificationFolds.Fold;
import io.longwave.standalone.classify.ClassificationRun.Judged;
import io.longwave.ssm.classify.RecordingClassifier;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.train.PartOptions;
import io.longwave.standalone.train.Reports;
import io.longwave.standalone.train.TrainingOptions;
import io.longwave.standalone.train.TrainingRequest;
import io.longwave.train.classify.ClassificationData;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.classify.ConfusionMatrix;
import io.longwave.train.classify.InputScaling;
import io.longwave.train.classify.TrainableClassifier;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Accuracy and macro F1 of classifiers on test sequences, beside majority and nearest neighbours. */
@Command(name = "classify", description = {
        "Trains a family, with several seeds, folds or groups where asked for, or takes stored models, and prints test results beside the baselines.",
        "The best epoch is chosen on validation, never on test."}, mixinStandardHelpOptions = true, sortOptions = false)
public final class ClassifyEvaluation implements Callable<Integer> {

    private static final int BATCH = 32;

    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Subject subject = new Subject();

    /** One or the other. */
    static final class Subject {
        @Option(names = "--family", paramLabel = "FAMILY", description = "Kind of model to train, for example s4d.")
        private @Nullable String family;

        @Option(names = "--checkpoint", paramLabel = "MODEL", split = ",", description = "Ids of registered models or their folders.")
        private List<String> checkpoints = List.of();
    }

    @Option(names = "--data", paramLabel = "PATH", required = true, description = "NAME_TRAIN of an archive (.ts, .tsv) with NAME_TEST beside it, a folder of WAV recordings or one of WFDB records with beat annotations.")
    private Path data = Path.of("");

    @Mixin
    private PartOptions parts = new PartOptions();

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "1", description = "Trains with this many seeds and adds the median (default: ${DEFAULT-VALUE}).")
    private int seeds = 1;

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private Division division = new Division();

    /** How the data are divided, if not as their layout says. */
    static final class Division {
        @Option(names = "--folds", paramLabel = "N", description = "Cross-validates on the training part: row index modulo N is the fold a row is tested in.")
        private int folds;

        @Option(names = "--leave-group-out", description = "Tests each group, a speaker or record, with a model that has not met it.")
        private boolean leaveGroupOut;
    }

    @Mixin
    private ClassifyOptions options = new ClassifyOptions();

    @Mixin
    private TrainingOptions training = new TrainingOptions();

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the full result.")
    private @Nullable Path json;

    @Override
    public Integer call() {
        if (seeds < 1) {
            throw new CommandException("--seeds: expected at least 1 but was " + seeds + ".");
        }
        ObjectNode report = JsonMapper.shared().createObjectNode();
        report.put("file", data.toString());
        PrintWriter out = command().commandLine().getOut();
        if (subject.family == null) {
            measure(out, report);
        } else {
            train(ClassifierTrainer.family(subject.family), out, report);
        }
        if (json != null) {
            Reports.write(json, report);
        }
        return 0;
    }

    private void train(ClassifierFamily family, PrintWriter out, ObjectNode report) {
        PrintWriter err = command().commandLine().getErr();
        report.put("family", family.name());
        ArrayNode runs = report.putArray("runs");
        ClassificationTable table = new ClassificationTable();
        List<ConfusionMatrix> tests = new ArrayList<>();
        List<ConfusionMatrix> ofSeed = new ArrayList<>();
        List<Fold> folds = folds();
        for (long seed = training.seed(); seed < training.seed() + seeds; seed++) {
            List<ConfusionMatrix> ofFolds = new ArrayList<>();
            for (Fold fold : folds) {
                err.println((fold.name().isEmpty() ? "" : fold.name() + ": ") + ClassifierTrainer.describe(fold.data()));
                err.flush();
                ClassificationRun run = new ClassificationRun(family, fold.data(), options, training, seed);
                String name = (family.name() + " seed " + seed + " " + fold.name()).strip();
                ClassificationRun.Trained trained = run.train(name, err);
                table.add(name, trained.test().confusion(), trained.validation().confusion());
                ofFolds.add(trained.test().confusion());
                runs.add(ClassifierTrainer.result(run, trained).put("seed", seed).put("fold", fold.name()));
                run.discardSnapshot();
            }
            ConfusionMatrix together = sum(ofFolds);
            if (folds.size() > 1) {
                table.add(family.name() + " seed " + seed + " all folds", together, null);
            }
            tests.addAll(ofFolds);
            ofSeed.add(together);
        }
        for (Fold fold : folds) {
            ClassificationData scaled = options.scaling().apply(fold.data(), options.scaling().fit(fold.data()));
            Map<String, ConfusionMatrix> baselines = ClassifierBaselines.on(scaled);
            baselines.forEach((name, confusion) -> {
                table.add((name + " " + fold.name()).strip(), confusion, null);
                report.withObject("/baselines").withObject("/" + (fold.name().isEmpty() ? "test" : fold.name())).set(name,
                        ClassificationTable.json(confusion));
            });
        }
        table.print(out);
        if (ofSeed.size() > 1) {
            out.printf(Locale.ROOT, "median of %d seeds: accuracy %.4f, balanced accuracy %.4f, macro F1 %.4f%n", ofSeed.size(),
                    median(ofSeed.stream().map(ConfusionMatrix::accuracy).toList()),
                    median(ofSeed.stream().map(ConfusionMatrix::balancedAccuracy).toList()),
                    median(ofSeed.stream().map(ConfusionMatrix::macroF1).toList()));
        }
        if (tests.size() > 1) {
            out.println(ofSeed.size() > 1 ? "all seeds together" : "all folds together");
        }
        ClassificationTable.printMatrix(out, sum(tests));
    }

    private List<Fold> folds() {
        try {
            if (division.leaveGroupOut) {
                return ClassificationFolds.leaveOneGroupOut(options.read(data, parts), parts.validationShare(), 0);
            }
            if (division.folds == 0) {
                return List.of(new Fold("", options.read(data, parts)));
            }
            List<Fold> folds = new ArrayList<>();
            for (int fold = 0; fold < division.folds; fold++) {
                folds.add(new Fold("fold " + fold, options.read(data, parts, fold, division.folds)));
            }
            return folds;
        } catch (IllegalArgumentException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    private void measure(PrintWriter out, ObjectNode report) {
        ClassificationData raw = options.read(data, parts);
        ArrayNode runs = report.putArray("runs");
        ClassificationTable table = new ClassificationTable();
        List<ConfusionMatrix> tests = new ArrayList<>();
        Map<String, ConfusionMatrix> baselines = Map.of();
        for (String checkpoint : subject.checkpoints) {
            StoredModel stored = TrainingRequest.open(checkpoint, training.dataDirectory());
            TrainableClassifier model = open(stored);
            if (model.channels() != raw.channels() || !stored.card().classes().equals(raw.classes())) {
                throw new CommandException(stored.id() + ": expected " + raw.channels() + " channels and classes " + raw.classes()
                        + " as in " + data + " but the model has " + model.channels() + " channels and classes "
                        + stored.card().classes() + ".");
            }
            ClassificationData scaled = scaling(stored).apply(raw, stored.card().scaler());
            Judged validation = Judged.of(model, scaled, scaled.validation(), BATCH);
            Judged test = Judged.of(model, scaled, scaled.test(), BATCH);
            boolean learnt = stored.card().training().path("learntWithValidation").asBoolean(false);
            table.add(stored.id(), test.confusion(), learnt ? null : validation.confusion());
            tests.add(test.confusion());
            ObjectNode result = runs.addObject().put("model", stored.id());
            result.set("test", ClassificationTable.json(test.confusion()).put("crossEntropy", test.crossEntropy()));
            result.set("validation", ClassificationTable.json(validation.confusion()).put("crossEntropy", validation.crossEntropy()));
            baselines = ClassifierBaselines.on(scaled);
        }
        baselines.forEach((name, confusion) -> {
            table.add(name, confusion, null);
            report.withObject("/baselines").set(name, ClassificationTable.json(confusion));
        });
        table.print(out);
        for (int i = 0; i < tests.size(); i++) {
            out.println(subject.checkpoints.get(i));
            ClassificationTable.printMatrix(out, tests.get(i));
        }
    }

    private static TrainableClassifier open(StoredModel stored) {
        try {
            return stored.classifier(ClassifierTrainer.family(stored.card().family()));
        } catch (CheckpointException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    private static InputScaling scaling(StoredModel stored) {
        try {
            return RecordingClassifier.scaling(stored);
        } catch (CheckpointException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    private static ConfusionMatrix sum(List<ConfusionMatrix> all) {
        int classes = all.getFirst().classes().size();
        long[][] counts = new long[classes][classes];
        for (ConfusionMatrix one : all) {
            for (int c = 0; c < classes; c++) {
                for (int g = 0; g < classes; g++) {
                    counts[c][g] += one.counts()[c][g];
                }
            }
        }
        return new ConfusionMatrix(all.getFirst().classes(), counts);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted(Comparator.naturalOrder()).toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }

    private CommandSpec command() {
        return Objects.requireNonNull(spec);
    }
}
