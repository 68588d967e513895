package io.longwave.standalone.evaluate;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.StoredModel;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.train.BaselineErrors;
import io.longwave.standalone.train.DataOptions;
import io.longwave.standalone.train.Reports;
import io.longwave.standalone.train.ForecasterTrainer;
import io.longwave.standalone.train.TrainingRequest;
import io.longwave.standalone.train.TrainingOptions;
import io.longwave.standalone.train.ForecastRun;
import io.longwave.train.ForecastError;
import io.longwave.train.ForecastTask;
import io.longwave.train.ForecastTask.Part;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.SeriesTable;
import io.longwave.train.TrainableForecaster;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Forecast errors by the Informer convention: on standardised values, exact means over all test windows. */
@Command(name = "forecast", description = {
        "Trains a family for each horizon, or takes stored models, and prints test MSE and MAE beside the baselines.",
        "Errors are on standardised values; the best epoch is chosen on validation, never on test."}, mixinStandardHelpOptions = true, sortOptions = false)
final class ForecastEvaluation implements Callable<Integer> {

    private static final int BATCH = 50;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--family", paramLabel = "FAMILY", required = true, description = "Kind of model, for example spacetime.")
    private String familyName = "";

    @Mixin
    private DataOptions data = new DataOptions();

    @Option(names = "--lag", paramLabel = "L", defaultValue = "336", description = "Rows the model sees (default: ${DEFAULT-VALUE}).")
    private int lag;

    @Option(names = "--horizon", paramLabel = "H", split = ",", defaultValue = "96,192,336,720", description = "Rows it predicts, several separated by commas (default: ${DEFAULT-VALUE}).")
    private List<Integer> horizons = List.of();

    @Option(names = "--checkpoint", paramLabel = "MODEL", split = ",", description = "Ids of registered models or their folders, one per horizon, instead of training.")
    private List<String> checkpoints = List.of();

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "1", description = "Trains each horizon with this many seeds and adds the median (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Mixin
    private TrainingOptions training = new TrainingOptions();

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the full result.")
    private @Nullable Path json;

    /** One line of the table. */
    private record Row(String forecaster, int horizon, ForecastError test, @Nullable ForecastError validation) {}

    @Override
    public Integer call() {
        if (seeds < 1) {
            throw new CommandException("--seeds: expected at least 1 but was " + seeds + ".");
        }
        ForecasterFamily family = ForecasterTrainer.family(familyName);
        SeriesTable table = data.read(command().commandLine(), training.dataDirectory());
        List<StoredModel> stored = checkpoints.stream().map(checkpoint -> TrainingRequest.open(checkpoint, training.dataDirectory()))
                .toList();
        List<Row> rows = new ArrayList<>();
        ObjectNode report = JsonMapper.shared().createObjectNode();
        report.put("family", family.name()).put("lag", lag);
        ArrayNode results = report.putArray("horizons");
        for (int horizon : stored.isEmpty()
                ? horizons
                : stored.stream().map(model -> model.card().config().path("horizon").asInt()).distinct().toList()) {
            ForecastTask task = data.task(table, lag, horizon);
            ObjectNode result = results.addObject();
            result.put("horizon", horizon);
            result.set("data", Reports.data(task, data.file()));
            ArrayNode runs = result.putArray("runs");
            if (stored.isEmpty()) {
                train(family, task, rows, runs);
            } else {
                stored.stream().filter(model -> model.card().config().path("horizon").asInt() == horizon)
                        .forEach(model -> measure(family, model, task, rows, runs));
            }
            Map<String, ForecastError> baselines = BaselineErrors.on(task);
            baselines.forEach((name, error) -> rows.add(new Row(name, horizon, error, null)));
            result.set("baselines", JsonMapper.shared().valueToTree(baselines));
        }
        print(rows);
        if (json != null) {
            Reports.write(json, report);
        }
        return 0;
    }

    private void train(ForecasterFamily family, ForecastTask task, List<Row> rows, ArrayNode runs) {
        int horizon = task.horizon();
        List<ForecastRun.Trained> all = new ArrayList<>();
        for (long seed = training.seed(); seed < training.seed() + seeds; seed++) {
            var run = new ForecastRun(family, task, training.config(family.defaultConfig(lag, horizon, task.variates())),
                    training.settings(family.trainingDefaults(lag, horizon, task.variates())), seed, training.dataDirectory(),
                    training.restart());
            ForecastRun.Trained trained = run.train(family.name() + " " + horizon + " seed " + seed, command().commandLine().getErr());
            all.add(trained);
            rows.add(new Row(family.name() + " seed " + seed, horizon, trained.test(), trained.validation()));
            ObjectNode result = Reports.result(trained);
            result.put("seed", seed);
            result.set("settings", run.describeSettings());
            result.set("config", training.config(family.defaultConfig(lag, horizon, task.variates())));
            runs.add(result);
            run.discardSnapshot();
        }
        if (seeds > 1) {
            rows.add(new Row(family.name() + " median", horizon, median(all.stream().map(ForecastRun.Trained::test).toList()),
                    median(all.stream().map(ForecastRun.Trained::validation).toList())));
        }
    }

    private void measure(ForecasterFamily family, StoredModel stored, ForecastTask task, List<Row> rows, ArrayNode runs) {
        TrainableForecaster model;
        try {
            model = stored.forecaster(family);
        } catch (CheckpointException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
        if (model.lag() != lag || model.variates() != task.variates()) {
            throw new CommandException(
                    stored.id() + ": expected lag " + lag + " and " + task.variates() + " columns but the model has lag " + model.lag()
                            + " and " + model.variates() + " columns " + stored.card().scaler().columns() + ".");
        }
        var rescaled = new RescaledForecaster(model, stored.card().scaler(), task.scaler());
        ForecastError test = ForecastError.of(rescaled, task.windows(Part.TEST), BATCH);
        ForecastError validation = ForecastError.of(rescaled, task.windows(Part.VALIDATION), BATCH);
        rows.add(new Row(stored.id(), task.horizon(), test, validation));
        ObjectNode result = runs.addObject();
        result.put("model", stored.id());
        result.set("test", JsonMapper.shared().valueToTree(test));
        result.set("validation", JsonMapper.shared().valueToTree(validation));
    }

    private static ForecastError median(List<ForecastError> errors) {
        return new ForecastError(median(errors.stream().map(ForecastError::mse).sorted(Comparator.naturalOrder()).toList(), errors.size()),
                median(errors.stream().map(ForecastError::mae).sorted(Comparator.naturalOrder()).toList(), errors.size()),
                errors.getFirst().windows());
    }

    private static double median(List<Double> sorted, int size) {
        return (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    }

    private void print(List<Row> rows) {
        PrintWriter out = command().commandLine().getOut();
        int width = rows.stream().mapToInt(row -> row.forecaster().length()).max().orElse(0);
        out.printf(Locale.ROOT, "%7s  %-" + width + "s  %8s  %8s  %10s%n", "horizon", "forecaster", "MSE", "MAE", "validation");
        for (Row row : rows) {
            out.printf(Locale.ROOT, "%7d  %-" + width + "s  %8.4f  %8.4f  %10s%n", row.horizon(), row.forecaster(), row.test().mse(),
                    row.test().mae(),
                    row.validation() == null ? "" : String.format(Locale.ROOT, "%.4f", row.validation().mse()));
        }
        out.flush();
    }

    private CommandSpec command() {
        return Objects.requireNonNull(spec);
    }
}
