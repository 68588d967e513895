package io.longwave.standalone.train;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.standalone.command.CommandException;
import io.longwave.train.ForecastError;
import io.longwave.train.ForecastTask;
import io.longwave.train.ForecasterFamily;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains one forecaster on a file and registers it. */
@Command(name = "train", description = {"Trains a forecaster on a CSV file and registers it, so that it can be promoted to serve series.",
        "Run again after a kill, the same command resumes where it stopped."}, mixinStandardHelpOptions = true, sortOptions = false)
public final class TrainCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FAMILY", description = "Kind of model, for example spacetime.")
    private String familyName = "";

    @Mixin
    private DataOptions data = new DataOptions();

    @Option(names = "--lag", paramLabel = "L", defaultValue = "336", description = "Rows the model sees (default: ${DEFAULT-VALUE}).")
    private int lag;

    @Option(names = "--horizon", paramLabel = "H", defaultValue = "720", description = "Rows it predicts (default: ${DEFAULT-VALUE}).")
    private int horizon;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the model among those of its family (default: its columns).")
    private @Nullable String name;

    @Mixin
    private TrainingOptions training = new TrainingOptions();

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the full result.")
    private @Nullable Path json;

    @Override
    public Integer call() {
        ForecasterFamily family = family(familyName);
        ForecastTask task = data.task(data.read(), lag, horizon);
        var config = training.config(family, lag, horizon, task.variates());
        var settings = training.settings(family, lag, horizon, task.variates());
        var run = new ForecastRun(family, task, config, settings, training.seed(), training.dataDirectory(), training.restart());
        CommandSpec command = Objects.requireNonNull(spec);
        PrintWriter out = command.commandLine().getOut();
        ForecastRun.Trained trained = run.train(family.name() + " " + horizon, command.commandLine().getErr());
        Map<String, ForecastError> baselines = BaselineErrors.on(task);
        StoredModel stored = register(run.card(name == null ? data.modelName() : name, trained, baselines), trained);
        run.discardSnapshot();
        out.printf(Locale.ROOT, "%s: best of %d epochs is %d, validation MSE %.4f, MAE %.4f; test MSE %.4f, MAE %.4f; %.0f s%n",
                stored.id(),
                trained.outcome().history().size(), trained.outcome().bestEpoch(), trained.validation().mse(), trained.validation().mae(),
                trained.test().mse(), trained.test().mae(), trained.outcome().seconds());
        baselines.forEach(
                (baseline, error) -> out.printf(Locale.ROOT, "  %-16s test MSE %.4f, MAE %.4f%n", baseline, error.mse(), error.mae()));
        out.printf("registered in %s%n", stored.directory());
        out.flush();
        if (json != null) {
            Reports.write(json, Reports.training(stored, trained, baselines));
        }
        return 0;
    }

    private StoredModel register(ModelCard card, ForecastRun.Trained trained) {
        try {
            return new ModelStore(training.dataDirectory().resolve("models")).register(card, trained.model().weights());
        } catch (CheckpointException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    /** @throws CommandException if there is no such family */
    public static ForecasterFamily family(String name) {
        return ModelFamilies.forecaster(name)
                .orElseThrow(() -> new CommandException("There is no family '" + name + "' that forecasts; expected one of "
                        + ModelFamilies.forecasters().stream().map(ForecasterFamily::name).toList() + "."));
    }
}
