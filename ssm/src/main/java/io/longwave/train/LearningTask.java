package io.longwave.train;

import io.longwave.train.TrainableModel.OptimizerStep;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What differs between tasks for the {@link Training} loop: which examples there are, how a batch of them is put together, and how well the model does
 * on data kept for choosing. A task owns the arrays of its batches and fills them again for every step.
 */
public interface LearningTask {

    /** The model that learns. */
    TrainableModel model();

    /** Steps of one epoch, at least 1. */
    int stepsPerEpoch();

    /** Fits what has a closed form, once, before the first step of a training that is not resumed. */
    default void prepare() {}

    /**
     * Draws the order of examples of one epoch.
     *
     * @param random made from seed and epoch alone; the only source of chance there is
     */
    void beginEpoch(SplittableRandom random);

    /**
     * One optimiser step.
     *
     * @param index of the batch in the epoch that was begun last, from 0
     * @return the training loss before the step
     */
    double step(int index, OptimizerStep step);

    /** How well the model does now on the data kept for choosing, never on test data. */
    Validation validate();

    /** Whether there is nothing to choose by, so that the weights of the last epoch are kept whatever their score. */
    default boolean keepsLastEpoch() {
        return false;
    }

    /**
     * Result of one validation.
     *
     * @param score what the best epoch is chosen by, lower is better
     * @param metrics for display, in the order they are shown
     */
    record Validation(double score, Map<String, Double> metrics) {
        public Validation {
            metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        }
    }
}
