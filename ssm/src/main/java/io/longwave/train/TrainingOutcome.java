package io.longwave.train;

import java.util.List;

/**
 * How a training ended.
 *
 * @param finished false if it was asked to stop and can be resumed
 * @param bestEpoch from 1; 0 if no epoch was validated
 * @param validationMse of that epoch, standardised
 * @param seconds of wall clock, resumed runs together
 * @param history one entry per epoch
 */
public record TrainingOutcome(boolean finished, int bestEpoch, double validationMse, double seconds, List<TrainingSnapshot.Epoch> history) {
    public TrainingOutcome {
        history = List.copyOf(history);
    }
}
