package io.longwave.standalone.train;

import io.longwave.checkpoint.ModelCard;
import io.longwave.standalone.command.CommandException;
import io.longwave.train.ForecastError;
import io.longwave.train.ForecastLearning;
import io.longwave.train.ForecastTask;
import io.longwave.train.ForecastTask.Part;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.TrainableForecaster;
import io.longwave.train.TrainingOutcome;
import io.longwave.train.TrainingSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** One training of a forecaster, from the first step or from where a killed one stopped, to the test error of its best weights. */
public final class ForecastRun {

    private static final int EVALUATION_BATCH = 50;

    private final ForecasterFamily family;
    private final ForecastTask task;
    private final ObjectNode config;
    private final TrainingSettings settings;
    private final long seed;
    private final KeptTraining training;

    public ForecastRun(ForecasterFamily family, ForecastTask task, ObjectNode config, TrainingSettings settings, long seed,
            Path dataDirectory, boolean restart) {
        this.family = family;
        this.task = task;
        this.config = config;
        this.settings = settings;
        this.seed = seed;
        List<String> decisive = List.of(family.name(), config.toString(), KeptTraining.decisive(settings), Long.toString(seed),
                task.table().sha256(), task.table().columns().toString(), task.split().toString(), task.lag() + " " + task.horizon());
        this.training = new KeptTraining(family.name(), decisive, settings, seed, dataDirectory, restart);
    }

    /**
     * A model with its best weights and how it came about.
     *
     * @param validation error on all validation windows
     * @param test error on all test windows
     */
    public record Trained(TrainableForecaster model, TrainingOutcome outcome, ForecastError validation, ForecastError test) {}

    /**
     * Trains, showing progress on {@code err}.
     *
     * @throws CommandException if the training cannot begin, cannot go on or was asked to stop
     */
    public Trained train(String title, PrintWriter err) {
        TrainableForecaster model = create();
        TrainingOutcome outcome = training.train(() -> new ForecastLearning(task, model, settings), title, err);
        ForecastError validation = ForecastError.of(model::forecast, task.windows(Part.VALIDATION), EVALUATION_BATCH);
        ForecastError test = ForecastError.of(model::forecast, task.windows(Part.TEST), EVALUATION_BATCH);
        return new Trained(model, outcome, validation, test);
    }

    private TrainableForecaster create() {
        try {
            return family.create(config, seed);
        } catch (IllegalArgumentException e) {
            throw new CommandException("The model cannot be trained: " + e.getMessage(), e);
        }
    }

    /** Forgets the snapshot once its result is kept elsewhere. */
    public void discardSnapshot() {
        training.discardSnapshot();
    }

    /** The training settings as JSON. */
    public ObjectNode describeSettings() {
        return KeptTraining.describe(settings);
    }

    /** What goes into {@code model.json}. */
    public ModelCard card(String name, Trained trained, Map<String, ForecastError> baselines) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("validationMse", trained.validation().mse());
        metrics.put("validationMae", trained.validation().mae());
        metrics.put("testMse", trained.test().mse());
        metrics.put("testMae", trained.test().mae());
        metrics.put("trainingSeconds", trained.outcome().seconds());
        metrics.put("bestEpoch", (double) trained.outcome().bestEpoch());
        baselines.forEach((baseline, error) -> {
            metrics.put(baseline + " testMse", error.mse());
            metrics.put(baseline + " testMae", error.mae());
        });
        var data = new ModelCard.DataFingerprint(task.table().columns(), task.table().rows(), task.table().sha256(),
                task.table().cadence().toMillis(), task.split());
        return new ModelCard(ModelCard.FORMAT, "", family.name(), name, ModelCard.FORECAST, Instant.now(), seed, config,
                describeSettings(), data, task.scaler(), metrics);
    }
}
