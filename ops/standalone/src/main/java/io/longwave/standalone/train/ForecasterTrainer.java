package io.longwave.standalone.train;

import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.standalone.client.ServingOptions.AtWork;
import io.longwave.standalone.command.CommandException;
import io.longwave.train.ForecastError;
import io.longwave.train.ForecastTask;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.SeriesTable;
import java.io.PrintWriter;
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
     * @param incumbent beside the model that would be replaced; null if there is none or it does not forecast
     */
    record Outcome(String model, ForecastError test, Map<String, ForecastError> baselines, Incumbent.@Nullable Comparison incumbent) {

        /** What speaks against putting the model to work: a naive baseline, or what is at work, that it is not better than; null if nothing does. */
        @Nullable
        String objection() {
            String naive = baselines.entrySet().stream().filter(baseline -> BaselineErrors.isNaive(baseline.getKey()))
                    .min(Comparator.comparingDouble(baseline -> baseline.getValue().mse()))
                    .map(baseline -> objection(test, "'" + baseline.getKey() + "'", baseline.getValue())).orElse(null);
            return naive != null || incumbent == null
                    ? naive
                    : objection(incumbent.candidate(), incumbent.atWork() + ", which is at work now, over " + incumbent.horizon() + " rows",
                            incumbent.error());
        }

        private static @Nullable String objection(ForecastError candidate, String other, ForecastError error) {
            return candidate.mse() < error.mse()
                    ? null
                    : String.format(Locale.ROOT, "its test MSE, %.4f, is not below that of %s, %.4f", candidate.mse(), other, error.mse());
        }
    }

    /**
     * @param table before missing values were filled
     * @param atWork what the model would replace; null for nothing
     */
    static Outcome run(TrainingRequest request, DataOptions data, SeriesTable table, int lag, int horizon, @Nullable AtWork atWork) {
        ForecasterFamily family = family(request.family());
        ForecastTask task = data.task(table, lag, horizon);
        TrainingOptions training = request.training();
        Incumbent incumbent = atWork == null ? null : Incumbent.open(atWork, training.dataDirectory());
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
        Incumbent.Comparison comparison = incumbent == null
                ? null
                : incumbent.compare(table, task, trained.model(), trained.test());
        if (comparison != null) {
            print(comparison, task, request.out());
        } else if (atWork != null) {
            request.out().printf("  %s, at work now, does not forecast%n", atWork.model());
        }
        request.out().printf("registered in %s%n", stored.directory());
        request.out().flush();
        if (request.json() != null) {
            Reports.write(request.json(), Reports.training(stored, trained, baselines, comparison));
        }
        return new Outcome(stored.id(), trained.test(), baselines, comparison);
    }

    private static void print(Incumbent.Comparison comparison, ForecastTask task, PrintWriter out) {
        out.printf(Locale.ROOT, "  %-16s test MSE %.4f, MAE %.4f, at work now", comparison.atWork(), comparison.error().mse(),
                comparison.error().mae());
        if (comparison.horizon() < task.horizon()) {
            out.printf(Locale.ROOT, "; over its %d rows the new one has %.4f, %.4f", comparison.horizon(), comparison.candidate().mse(),
                    comparison.candidate().mae());
        }
        out.println();
    }

    /** @throws CommandException if there is no such family */
    public static ForecasterFamily family(String name) {
        return ModelFamilies.forecaster(name)
                .orElseThrow(() -> new CommandException("There is no family '" + name + "' that forecasts; expected one of "
                        + ModelFamilies.forecasters().stream().map(ForecasterFamily::name).toList() + "."));
    }
}
