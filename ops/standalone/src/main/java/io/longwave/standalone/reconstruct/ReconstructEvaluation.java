package io.longwave.standalone.reconstruct;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.StoredModel;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.train.PartOptions;
import io.longwave.standalone.train.Reports;
import io.longwave.standalone.train.TrainingOptions;
import io.longwave.standalone.train.TrainingRequest;
import io.longwave.train.anomaly.AnomalyScores;
import io.longwave.train.anomaly.PointLabelledSeries;
import io.longwave.train.reconstruct.ReconstructorFamily;
import io.longwave.train.reconstruct.TrainableReconstructor;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
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

/** What reconstruction errors are worth as anomaly scores, beside z scores and principal components. */
@Command(name = "reconstruct", description = {
        "Trains a family on each series, with several seeds where asked for, or takes stored models, also as a platform runs them in a group, and judges their errors as anomaly scores of the labelled test rows, beside the baselines.",
        "VUS-PR is the number to compare by; 'best F1' lets the labels choose the threshold and 'pt. adj' flatters every score."}, mixinStandardHelpOptions = true, sortOptions = false)
public final class ReconstructEvaluation implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Subject subject = new Subject();

    /** One or the other. */
    static final class Subject {
        @Option(names = "--family", paramLabel = "FAMILY", description = "Kind of model to train, for example s4d.")
        private @Nullable String family;

        @Option(names = "--checkpoint", paramLabel = "MODEL", split = ",", description = "Ids of registered models or their folders; each is judged on the series it was trained on.")
        private List<String> checkpoints = List.of();
    }

    @Option(names = "--data", paramLabel = "PATH", required = true, description = "Folder with train, test and test_label, or a CSV file with a label column.")
    private Path data = Path.of("");

    @Mixin
    private PartOptions parts = new PartOptions();

    @Option(names = "--target", paramLabel = "COLUMN", split = ",", description = "CSV: columns to judge by, separated by commas (default: every numeric one).")
    private List<String> targets = List.of();

    @Option(names = "--time-column", paramLabel = "NAME", description = "CSV: column of times (default: date, timestamp or time, else the first that holds dates).")
    private @Nullable String timeColumn;

    @Option(names = "--zone", paramLabel = "ZONE", defaultValue = "Z", description = "CSV: zone of times without one, such as Europe/Berlin (default: UTC).")
    private ZoneId zone = ZoneOffset.UTC;

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "1", description = "Trains each series with this many seeds and adds the median of VUS-PR (default: ${DEFAULT-VALUE}).")
    private int seeds = 1;

    @Mixin
    private ReconstructOptions options = new ReconstructOptions();

    @Mixin
    private TrainingOptions training = new TrainingOptions();

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the full result.")
    private @Nullable Path json;

    @Override
    public Integer call() {
        if (seeds < 1) {
            throw new CommandException("--seeds: expected at least 1 but was " + seeds + ".");
        }
        ReconstructOptions.Found found = options.find(data, parts, timeColumn, zone, targets);
        ObjectNode report = JsonMapper.shared().createObjectNode();
        report.put("file", data.toString());
        ArrayNode runs = report.putArray("runs");
        AnomalyTable table = new AnomalyTable();
        PrintWriter out = command().commandLine().getOut();
        if (subject.family == null) {
            measure(found, table, runs);
        } else {
            train(ReconstructorTrainer.family(subject.family), found, table, runs);
        }
        table.print(out);
        Map<String, AnomalyScores> means = table.means();
        if (seeds > 1 && subject.family != null) {
            String family = subject.family;
            List<Double> vus = means.entrySet().stream().filter(mean -> mean.getKey().startsWith(family + " seed "))
                    .map(mean -> mean.getValue().vusPr()).sorted(Comparator.naturalOrder()).toList();
            out.printf(Locale.ROOT, "median of %d seeds: mean VUS-PR %.4f%n", vus.size(),
                    (vus.get((vus.size() - 1) / 2) + vus.get(vus.size() / 2)) / 2);
            out.flush();
        }
        if (json != null) {
            report.set("means", JsonMapper.shared().valueToTree(means));
            Reports.write(json, report);
        }
        return 0;
    }

    private void train(ReconstructorFamily family, ReconstructOptions.Found found, AnomalyTable table, ArrayNode runs) {
        for (String name : found.names()) {
            PointLabelledSeries series = found.read(name);
            for (long seed = training.seed(); seed < training.seed() + seeds; seed++) {
                var run = new ReconstructionRun(family, series, options, parts.validationShare(), training, seed);
                String title = seeds == 1 ? family.name() : family.name() + " seed " + seed;
                ReconstructionRun.Trained trained = run.train(title, command().commandLine().getErr());
                table.add(title, trained.test().scores());
                runs.add(ReconstructorTrainer.result(run, trained).put("series", name).put("seed", seed));
                run.discardSnapshot();
            }
            baselines(series, table, runs);
        }
    }

    private void measure(ReconstructOptions.Found found, AnomalyTable table, ArrayNode runs) {
        List<StoredModel> left = new ArrayList<>(
                subject.checkpoints.stream().map(checkpoint -> TrainingRequest.open(checkpoint, training.dataDirectory())).toList());
        for (String name : found.names()) {
            PointLabelledSeries series = found.read(name);
            List<StoredModel> own = left.stream().filter(stored -> stored.card().data().sha256().equals(series.sha256())).toList();
            for (StoredModel stored : own) {
                List<String> columns = stored.card().scaler().columns();
                if (!columns.equals(series.columns())) {
                    throw new CommandException(stored.id() + ": expected columns " + columns + " but found " + series.columns()
                            + "; name them with --target.");
                }
                TrainableReconstructor model = open(stored);
                AnomalyScores scores = new ReconstructionScores(model, stored.card().scaler(), options).judge(stored.id(), series).scores();
                table.add(stored.card().family(), scores);
                String group = stored.card().family() + " in a group";
                AnomalyScores inAGroup = ReconstructionScores.inAGroup(group, stored, series, options);
                table.add(group, inAGroup);
                ObjectNode run = runs.addObject().put("model", stored.id()).put("series", name);
                run.set("test", JsonMapper.shared().valueToTree(scores));
                run.set("group", JsonMapper.shared().valueToTree(inAGroup));
            }
            left.removeAll(own);
            if (!own.isEmpty()) {
                baselines(series, table, runs);
            }
        }
        if (!left.isEmpty()) {
            throw new CommandException(left.stream().map(StoredModel::id).toList() + ": expected models trained on a series of " + data
                    + " but found none of their data there; the series are " + found.names() + ".");
        }
    }

    private void baselines(PointLabelledSeries series, AnomalyTable table, ArrayNode runs) {
        ReconstructionScores.baselines(series, options).forEach((name, scores) -> {
            table.add(name, scores);
            runs.addObject().put("baseline", name).put("series", series.name()).set("test", JsonMapper.shared().valueToTree(scores));
        });
    }

    private static TrainableReconstructor open(StoredModel stored) {
        try {
            return stored.reconstructor(ReconstructorTrainer.family(stored.card().family()));
        } catch (CheckpointException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    private CommandSpec command() {
        return Objects.requireNonNull(spec);
    }
}
