package io.longwave.train.reconstruct;

import io.longwave.train.LearningTask;
import io.longwave.train.Shuffle;
import io.longwave.train.TrainableModel.OptimizerStep;
import io.longwave.train.TrainingSettings;
import java.util.Map;
import java.util.SplittableRandom;

/** Learning to give windows back: every training window once an epoch, chosen by the mean squared error on the validation rows. */
public final class ReconstructionLearning implements LearningTask {

    private final TrainableReconstructor model;
    private final RowWindows train;
    private final RowWindows validation;
    private final int batch;
    private final int[] order;
    private final float[] windows; // [B, L, V]

    /**
     * @param train,validation windows over rows that do not overlap
     * @throws IllegalArgumentException if the model's shape is not that of the windows
     */
    public ReconstructionLearning(RowWindows train, RowWindows validation, TrainableReconstructor model, TrainingSettings settings) {
        if (model.window() != train.window() || model.variates() != train.variates()) {
            throw new IllegalArgumentException("the data has windows of " + train.window() + " rows and " + train.variates()
                    + " columns but the model " + model.window() + " and " + model.variates());
        }
        this.model = model;
        this.train = train;
        this.validation = validation;
        this.batch = Math.min(settings.batch(), train.windows());
        this.order = new int[train.windows()];
        this.windows = new float[batch * train.window() * train.variates()];
    }

    @Override
    public TrainableReconstructor model() {
        return model;
    }

    @Override
    public int stepsPerEpoch() {
        return order.length / batch; // the last incomplete batch is left out
    }

    @Override
    public void beginEpoch(SplittableRandom random) {
        Shuffle.fill(order, random);
    }

    @Override
    public double step(int index, OptimizerStep step) {
        for (int b = 0; b < batch; b++) {
            train.copy(order[index * batch + b], windows, b * train.window() * train.variates());
        }
        return model.trainStep(windows, batch, step);
    }

    @Override
    public Validation validate() {
        double error = ReconstructionError.of(model, validation, batch).mean();
        return new Validation(error, Map.of("MSE", error));
    }
}
