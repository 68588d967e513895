package io.longwave.train;

import io.longwave.train.TrainableModel.OptimizerStep;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Learning to forecast: every training window once an epoch, chosen by the mean squared error on the validation windows. */
public final class ForecastLearning implements LearningTask {

    private final TrainableForecaster model;
    private final Windows train;
    private final Windows validation;
    private final int batch;
    private final int validationStride;
    private final int[] order;
    private final float[] windows; // [B, L + H, V]

    /** @throws IllegalArgumentException if the model's shape is not the task's or there are fewer training windows than one batch */
    public ForecastLearning(ForecastTask task, TrainableForecaster model, TrainingSettings settings) {
        if (model.lag() != task.lag() || model.horizon() != task.horizon() || model.variates() != task.variates()) {
            throw new IllegalArgumentException(
                    "the data has lag, horizon, variates " + task.lag() + ", " + task.horizon() + ", " + task.variates()
                            + " but the model " + model.lag() + ", " + model.horizon() + ", " + model.variates());
        }
        this.model = model;
        this.train = task.windows(ForecastTask.Part.TRAIN);
        this.validation = task.windows(ForecastTask.Part.VALIDATION);
        this.batch = settings.batch();
        this.validationStride = settings.validationStride();
        if (train.count() < batch) {
            throw new IllegalArgumentException(
                    "a batch needs " + batch + " training windows but there are " + train.count() + "; take a smaller batch");
        }
        this.order = new int[train.count()];
        this.windows = new float[batch * windowSize()];
    }

    private int windowSize() {
        return (train.lag() + train.horizon()) * train.variates();
    }

    @Override
    public TrainableForecaster model() {
        return model;
    }

    @Override
    public int stepsPerEpoch() {
        return train.count() / batch; // the last incomplete batch is left out
    }

    @Override
    public void prepare() {
        model.prepare(train);
    }

    @Override
    public void beginEpoch(SplittableRandom random) {
        Shuffle.fill(order, random);
    }

    @Override
    public double step(int index, OptimizerStep step) {
        for (int b = 0; b < batch; b++) {
            train.copyWindow(order[index * batch + b], windows, b * windowSize());
        }
        return model.trainStep(windows, batch, step);
    }

    @Override
    public Validation validate() {
        ForecastError error = ForecastError.of(model::forecast, validation, batch, validationStride);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("MSE", error.mse());
        metrics.put("MAE", error.mae());
        return new Validation(error.mse(), metrics);
    }
}
