package io.longwave.train;

import java.time.Duration;

/** Hears how a training goes; called on the training thread. */
public interface TrainingListener {

    /** @param progress where a resumed training goes on */
    default void resumed(TrainingSnapshot.Progress progress) {}

    default void step(Step step) {}

    default void epoch(TrainingSnapshot.Epoch epoch, boolean best) {}

    /** Hears nothing. */
    static TrainingListener silent() {
        return new TrainingListener() {
        };
    }

    /**
     * After one optimiser step.
     *
     * @param done steps since the start of the training
     * @param planned steps if neither the patience nor the clock ends it earlier
     * @param meanLoss over the epoch so far
     * @param elapsed wall clock of all runs of this training together
     */
    record Step(long done, long planned, int epoch, double meanLoss, Duration elapsed) {}
}
