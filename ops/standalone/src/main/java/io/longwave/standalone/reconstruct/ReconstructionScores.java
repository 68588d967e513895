package io.longwave.standalone.reconstruct;

import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.joint.JointModel;
import io.longwave.ssm.joint.JointState;
import io.longwave.train.Scaler;
import io.longwave.train.anomaly.AnomalyBaseline;
import io.longwave.train.anomaly.AnomalyScores;
import io.longwave.train.anomaly.PointLabelledSeries;
import io.longwave.train.anomaly.PrincipalComponents;
import io.longwave.train.anomaly.Thresholds;
import io.longwave.train.anomaly.ZScore;
import io.longwave.train.reconstruct.ReconstructionError;
import io.longwave.train.reconstruct.RowWindows;
import io.longwave.train.reconstruct.TrainableReconstructor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the errors of a reconstructor, and of the baselines beside it, are worth as anomaly scores. */
final class ReconstructionScores {

    private static final int BATCH = 64;
    /** Score at which an event begins in a platform, unless its settings say otherwise. */
    private static final double EVENT = 0.9999;
    private static final double LEAST_ERROR = 1e-4; // of a standardised column; a constant one must not weigh without bound

    private final TrainableReconstructor model;
    private final Scaler scaler;
    private final ReconstructOptions options;

    ReconstructionScores(TrainableReconstructor model, Scaler scaler, ReconstructOptions options) {
        this.model = model;
        this.scaler = scaler;
        this.options = options;
    }

    /**
     * How test rows were judged.
     *
     * @param mse mean squared error of what was given back, standardised
     * @param meanMse the same of the training mean of each column
     */
    record Judged(AnomalyScores scores, double mse, double meanMse) {}

    /** Scores the test rows; the threshold comes from the scores of the training rows. */
    Judged judge(String name, PointLabelledSeries series) {
        ReconstructionError learnt = errors(standardised(series.train(), scaler));
        double[] weights = weights(learnt);
        double threshold = Thresholds.quantile(learnt.scores(weights), options.quantile());
        float[] test = standardised(series.test(), scaler);
        ReconstructionError error = errors(test);
        double meanMse = 0;
        for (float value : test) {
            meanMse += (double) value * value / test.length;
        }
        return new Judged(AnomalyScores.of(series.name() + " " + name, series.labels(), error.scores(weights), threshold,
                options.interval(series)), error.mean(), meanMse);
    }

    /** Scores the test rows as those of a group are scored in a platform: one after the other, calibrated on the rows before them, the first of which are the last training rows. */
    static AnomalyScores inAGroup(String name, StoredModel stored, PointLabelledSeries series, ReconstructOptions options) {
        JointModel model = JointModel.open(stored);
        JointState state = model.newState();
        state.step(Arrays.copyOfRange(series.train(), Math.max(0, series.train().length - model.warmUpRows()), series.train().length));
        double[] scores = state.step(series.test()).stream().mapToDouble(row -> row == null ? 0 : row.score()).toArray();
        return AnomalyScores.of(series.name() + " " + name, series.labels(), scores, EVENT, options.interval(series));
    }

    /** @param rows [N, V], standardised */
    private ReconstructionError errors(float[] rows) {
        return ReconstructionError.of(model, new RowWindows(rows, 0, rows.length / model.variates(), model.variates(), model.window(),
                Math.min(options.scoreStride(), model.window())), BATCH);
    }

    private double[] weights(ReconstructionError learnt) {
        double[] weights = new double[model.variates()];
        Arrays.fill(weights, 1);
        if (options.weighting() == ReconstructOptions.Weighting.TRAIN_ERROR) {
            double[] errors = learnt.ofColumns();
            for (int v = 0; v < weights.length; v++) {
                weights[v] = 1 / Math.max(LEAST_ERROR, errors[v]);
            }
        }
        return weights;
    }

    /** Rows on the standard scale, [N, V]. */
    static float[] standardised(double[][] rows, Scaler scaler) {
        int variates = scaler.columns().size();
        float[] out = new float[rows.length * variates];
        for (int v = 0; v < variates; v++) {
            double center = scaler.mean().get(v);
            double scale = scaler.std().get(v);
            for (int n = 0; n < rows.length; n++) {
                out[n * variates + v] = (float) ((rows[n][v] - center) / scale);
            }
        }
        return out;
    }

    /** Scores of the baselines by name. */
    static Map<String, AnomalyScores> baselines(PointLabelledSeries series, ReconstructOptions options) {
        Map<String, AnomalyBaseline> detectors = new LinkedHashMap<>();
        detectors.put("z score", ZScore.fit(series.train()));
        detectors.put("PCA residual", PrincipalComponents.fit(series.train(), PrincipalComponents.USUAL_SHARE));
        Map<String, AnomalyScores> results = new LinkedHashMap<>();
        detectors.forEach((name, detector) -> results.put(name,
                AnomalyScores.of(series.name() + " " + name, series.labels(), detector.scores(series.test()),
                        Thresholds.quantile(detector.scores(series.train()), options.quantile()), options.interval(series))));
        return results;
    }
}
