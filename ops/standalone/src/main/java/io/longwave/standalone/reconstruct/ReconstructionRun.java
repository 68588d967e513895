package io.longwave.standalone.reconstruct;

import io.longwave.checkpoint.ModelCard;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.train.KeptTraining;
import io.longwave.standalone.train.TrainingOptions;
import io.longwave.train.Scaler;
import io.longwave.train.Split;
import io.longwave.train.TrainingOutcome;
import io.longwave.train.TrainingSettings;
import io.longwave.train.anomaly.AnomalyScores;
import io.longwave.train.anomaly.ColumnScale;
import io.longwave.train.anomaly.PointLabelledSeries;
import io.longwave.train.reconstruct.ReconstructionLearning;
import io.longwave.train.reconstruct.ReconstructorFamily;
import io.longwave.train.reconstruct.RowWindows;
import io.longwave.train.reconstruct.TrainableReconstructor;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One training of a reconstructor on one series, from the first step or from where a killed one stopped, to the scores of its test rows. */
final class ReconstructionRun {

    private final ReconstructorFamily family;
    private final PointLabelledSeries series;
    private final ReconstructOptions options;
    private final Scaler scaler;
    private final RowWindows train;
    private final RowWindows validation;
    private final ObjectNode config;
    private final TrainingSettings settings;
    private final long seed;
    private final KeptTraining training;

    /** @throws CommandException if there are too few rows for the windows */
    ReconstructionRun(ReconstructorFamily family, PointLabelledSeries series, ReconstructOptions options, double validationShare,
            TrainingOptions training, long seed) {
        this.family = family;
        this.series = series;
        this.options = options;
        ColumnScale scale = ColumnScale.fit(series.train(), ColumnScale.LEAST);
        this.scaler = new Scaler(series.columns(), Arrays.stream(scale.mean()).boxed().toList(),
                Arrays.stream(scale.deviation()).boxed().toList());
        int rows = series.train().length;
        int kept = rows - (int) Math.round(validationShare * rows);
        float[] standardised = ReconstructionScores.standardised(series.train(), scaler);
        int variates = series.variates();
        int window = options.window();
        try {
            this.train = new RowWindows(standardised, 0, kept, variates, window, options.stride());
            this.validation = new RowWindows(standardised, kept, rows - kept, variates, window, options.scoreStride());
            RowWindows.requireRows(series.test().length, window);
        } catch (IllegalArgumentException e) {
            throw new CommandException(series.name() + ": training, validation and test have " + kept + ", " + (rows - kept) + " and "
                    + series.test().length + " rows: " + e.getMessage(), e);
        }
        this.config = training.config(family.defaultConfig(window, variates));
        this.settings = training.settings(family.trainingDefaults(window, variates));
        this.seed = seed;
        List<String> decisive = List.of(ModelCard.RECONSTRUCT, family.name(), config.toString(), KeptTraining.decisive(settings),
                Long.toString(seed), series.name(), series.sha256(), rows + " " + kept + " " + window + " " + options.stride() + " "
                        + options.scoreStride());
        this.training = new KeptTraining(family.name() + "-" + ModelCard.RECONSTRUCT, decisive, settings, seed, training.dataDirectory(),
                training.restart());
    }

    /** A model with its best weights and how it judges the test rows. */
    record Trained(TrainableReconstructor model, TrainingOutcome outcome, ReconstructionScores.Judged test) {

        /** What speaks against putting the model to work: that it has learned nothing; null if nothing does. */
        @Nullable
        String objection() {
            return test.mse() < test.meanMse()
                    ? null
                    : String.format(Locale.ROOT, "its test MSE, %.4f, is not below that of the mean of each column, %.4f", test.mse(),
                            test.meanMse());
        }
    }

    /**
     * Trains, showing progress on {@code err}.
     *
     * @param name in tables
     * @throws CommandException if the training cannot begin, cannot go on or was asked to stop
     */
    Trained train(String name, PrintWriter err) {
        TrainableReconstructor model = create();
        TrainingOutcome outcome = training.train(() -> new ReconstructionLearning(train, validation, model, settings),
                name + " " + series.name(), err);
        return new Trained(model, outcome, new ReconstructionScores(model, scaler, options).judge(name, series));
    }

    private TrainableReconstructor create() {
        try {
            return family.create(config, seed);
        } catch (IllegalArgumentException e) {
            throw new CommandException("The model cannot be trained: " + e.getMessage(), e);
        }
    }

    /** Forgets the snapshot once its result is kept elsewhere. */
    void discardSnapshot() {
        training.discardSnapshot();
    }

    /** Training settings as JSON. */
    ObjectNode describeSettings() {
        ObjectNode json = KeptTraining.describe(settings);
        json.put("stride", options.stride()).put("scoreStride", options.scoreStride()).put("weights", options.weighting().name());
        json.put("quantile", options.quantile());
        return json;
    }

    ObjectNode config() {
        return config;
    }

    /** What goes into {@code model.json}. */
    ModelCard card(String name, Trained trained) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        AnomalyScores test = trained.test().scores();
        metrics.put("validationMse", trained.outcome().validationScore());
        metrics.put("testMse", trained.test().mse());
        metrics.put("mean testMse", trained.test().meanMse());
        metrics.put("testVusPr", test.vusPr());
        metrics.put("testAucPr", test.aucPr());
        metrics.put("testBestF1", test.bestF1());
        metrics.put("testF1", test.f1());
        metrics.put("threshold", test.threshold());
        metrics.put("trainingSeconds", trained.outcome().seconds());
        metrics.put("bestEpoch", (double) trained.outcome().bestEpoch());
        metrics.values().removeIf(value -> !Double.isFinite(value));
        var data = new ModelCard.DataFingerprint(series.columns(), series.train().length + series.test().length, series.sha256(),
                series.interval() == null ? 0 : series.interval().toMillis(),
                new Split(train.count(), validation.count(), series.test().length));
        return new ModelCard(ModelCard.FORMAT, "", family.name(), name, ModelCard.RECONSTRUCT, Instant.now(), seed, config,
                describeSettings(), data, scaler, metrics);
    }
}
