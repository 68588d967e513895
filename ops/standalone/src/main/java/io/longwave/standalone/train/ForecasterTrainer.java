package io.longwave.standalone.train;

import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.standalone.command.CommandException;
import io.longwave.train.ForecastError;
import io.longwave.train.ForecastTask;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.SeriesTable;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trains a forecaster, prints its test errors beside the baselines and registers it. */
public final class ForecasterTrainer {

    private ForecasterTrainer() {}

    /**
     * What came of a training.
     *
     * @param model its id
     */
    record Outcome(String model, ForecastError test, Map<String, ForecastError> baselines) {

        /** What speaks against putting the model to work: a naive baseline that it is not better than; null if nothing does. */
        @Nullable
        String objection() {
            return baselines.entrySet().stream().filter(baseline -> BaselineErrors.isNaive(baseline.getKey()))
                    .filter(baseline -> !(test.mse() < baseline.getValue().mse()))
                    .min(Comparator.comparingDouble(baseline -> baseline.getValue().mse()))
                    .map(baseline -> String.format(Locale.ROOT, "its test MSE, %.4f, is not below that of '%s', %.4f", test.mse(),
                            baseline.getKey(),
                            baseline.getValue().mse()))
                    .orElse(null);
        }
    }

    static Outcome run(TrainingRequest request, DataOptions data, SeriesTable table, int lag, int horizon) {
        ForecasterFamily family = family(request.family());
        ForecastTask task = data.task(table, lag, horizon);
        TrainingOptions training = request.training();
        var config = training.config(family.defaultConfig(lag, horizon, task.variates()));
        var settings = training.settings(family.trainingDefaults(lag, horizon, task.variates()));
        var run = new ForecastRun(family, task, config, settings, training.seed(), training.dataDirectory(), training.restart());
        ForecastRun.Trained trained = run.train(family.name() + " " + horizon, request.err());
        Map<String, ForecastError> baselines = BaselineErrors.on(task);
        String name = request.name() == null ? data.modelName() : request.name();
        StoredModel stored = request.register(run.card(name, trained, baselines), trained.model());
        run.discardSnapshot();
        request.out().printf(Locale.ROOT,
                "%s: best of %d epochs is %d, validation MSE %.4f, MAE %.4f; test MSE %.4f, MAE %.4f; %.0f s%n", stored.id(),
                trained.outcome().history().size(), trained.outcome().bestEpoch(), trained.validation().mse(), trained.validation().mae(),
                trained.test().mse(), trained.test().mae(), trained.outcome().seconds());
        baselines.forEach((baseline, error) -> request.out().printf(Locale.ROOT, "  %-16s test MSE %.4f, MAE %.4f%n", baseline,
                error.mse(), error.mae()));
        request.out().printf("registered in %s%n", stored.directory());
        request.out().flush();
        if (request.json() != null) {
            Reports.write(request.json(), Reports.training(stored, trained, baselines));
        }
        return new Outcome(stored.id(), trained.test(), baselines);
    }

    /** @throws CommandException if there is no such family */
    public static ForecasterFamily family(String name) {
        return ModelFamilies.forecaster(name)
                .orElseThrow(() -> new CommandException("There is no family '" + name + "' that forecasts; expected one of "
                        + ModelFamilies.forecasters().stream().map(ForecasterFamily::name).toList() + "."));
    }
}
