package io.longwave.standalone.train;

import io.longwave.standalone.classify.ClassifierTrainer;
import io.longwave.standalone.classify.ClassifyOptions;
import io.longwave.standalone.client.ServingOptions;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.reconstruct.ReconstructOptions;
import io.longwave.standalone.reconstruct.ReconstructorTrainer;
import io.longwave.train.SeriesTable;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains one model on a data set and registers it. */
@Command(name = "train", description = {
        "Trains a model and registers it: a forecaster of the columns of a CSV file or of what a running platform has stored of series, a classifier of labelled sequences, or a reconstructor of rows of a file or of such points, whose errors are anomaly scores.",
        "The best epoch is chosen on a validation part of the training data, never on test data; test results stand beside naive baselines.",
        "Run again after a kill, the same command resumes where it stopped."}, mixinStandardHelpOptions = true, sortOptions = false)
public final class TrainCommand implements Callable<Integer> {

    private static final List<String> FORECAST_ONLY = List.of("--all", "--split", "--lag", "--horizon", "--promote");
    private static final List<String> OF_COLUMNS = List.of("--target", "--series", "--fields-of", "--group");

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FAMILY", description = "Kind of model, for example spacetime.")
    private String familyName = "";

    @Option(names = "--task", paramLabel = "TASK", defaultValue = "forecast", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private TaskName task = TaskName.FORECAST;

    @Mixin
    private DataOptions data = new DataOptions();

    @Option(names = "--lag", paramLabel = "L", defaultValue = "336", description = "Rows the model sees (default: ${DEFAULT-VALUE}).")
    private int lag;

    @Option(names = "--horizon", paramLabel = "H", defaultValue = "720", description = "Rows it predicts (default: ${DEFAULT-VALUE}).")
    private int horizon;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the model among those of its family (default: its columns, or the name of the data).")
    private @Nullable String name;

    @Mixin
    private ServingOptions serving = new ServingOptions();

    @Mixin
    private TrainingOptions training = new TrainingOptions();

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the full result.")
    private @Nullable Path json;

    @ArgGroup(validate = false, heading = "%nOptions of --task classify and --task reconstruct:%n")
    private PartOptions parts = new PartOptions();

    @ArgGroup(validate = false, heading = "%nOptions of --task classify; --data is NAME_TRAIN of an archive (.ts, .tsv) with NAME_TEST beside it, a folder of WAV recordings or one of WFDB records with beat annotations:%n")
    private ClassifyOptions classify = new ClassifyOptions();

    @ArgGroup(validate = false, heading = "%nOptions of --task reconstruct; --data is a folder with train, test and test_label, one model each for what lies in them, or a CSV file with a label column (or --unlabelled); or --series, --fields-of:%n")
    private ReconstructOptions reconstruct = new ReconstructOptions();

    @Override
    public Integer call() {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        requireOptionsOf(task, command);
        serving.check(data.rows());
        return switch (task) {
            case FORECAST -> {
                SeriesTable table = data.read(command, training.dataDirectory());
                ServingOptions.AtWork atWork = serving.check(data.rows(), table);
                ForecasterTrainer.Outcome outcome = ForecasterTrainer.run(request(command), data, table, lag, horizon, atWork);
                serving.serve(data.rows(), table, outcome.model(), atWork, outcome.objection(), command.getOut());
                yield 0;
            }
            case CLASSIFY -> ClassifierTrainer.run(request(command), classify);
            case RECONSTRUCT -> {
                reconstruct(command);
                yield 0;
            }
        };
    }

    private void reconstruct(CommandLine command) {
        if (!data.rows().arePoints()) {
            TrainingRequest request = request(command);
            ReconstructorTrainer.run(request, reconstruct,
                    reconstruct.find(request.data(), parts, data.timeColumn(), data.zone(), data.targets()), false);
            return;
        }
        SeriesTable table = data.read(command, training.dataDirectory());
        ServingOptions.AtWork atWork = serving.check(data.rows(), table);
        ReconstructorTrainer.Outcome outcome = ReconstructorTrainer
                .run(request(command), reconstruct, reconstruct.points(data.file(), table, parts), true).getFirst();
        serving.serve(data.rows(), table, outcome.model(), atWork, outcome.objection(), command.getOut());
    }

    private TrainingRequest request(CommandLine command) {
        Path file = data.rows().arePoints() ? data.file() : data.rows().file(training.dataDirectory());
        return new TrainingRequest(familyName, file, parts, name, training, json, command.getOut(), command.getErr());
    }

    /** An option that the task does not look at is a mistake its user would want to hear of. */
    private static void requireOptionsOf(TaskName task, CommandLine command) {
        Map<String, List<TaskName>> owners = new LinkedHashMap<>();
        FORECAST_ONLY.forEach(option -> owners.put(option, List.of(TaskName.FORECAST)));
        OF_COLUMNS.forEach(option -> owners.put(option, List.of(TaskName.FORECAST, TaskName.RECONSTRUCT)));
        names(PartOptions.class).forEach(option -> owners.put(option, List.of(TaskName.CLASSIFY, TaskName.RECONSTRUCT)));
        names(ClassifyOptions.class).forEach(option -> owners.put(option, List.of(TaskName.CLASSIFY)));
        names(ReconstructOptions.class).forEach(option -> owners.put(option, List.of(TaskName.RECONSTRUCT)));
        command.getParseResult().matchedOptions().forEach(option -> {
            List<TaskName> of = owners.getOrDefault(option.longestName(), List.of(task));
            if (!of.contains(task)) {
                throw new CommandException(
                        option.longestName() + ": expected only with --task "
                                + of.stream().map(TaskName::toString).collect(Collectors.joining(" or ")) + " but the task is " + task
                                + "; leave it out or change --task.");
            }
        });
    }

    private static List<String> names(Class<?> options) {
        List<String> names = new ArrayList<>();
        for (Field field : options.getDeclaredFields()) {
            Option option = field.getAnnotation(Option.class);
            if (option != null) {
                names.addAll(List.of(option.names()));
            }
        }
        return names;
    }
}
