package io.longwave.train;

import java.util.List;

/**
 * How a training ended.
 *
 * @param finished false if it was asked to stop and can be resumed
 * @param bestEpoch from 1; 0 if no epoch was validated
 * @param validationScore of that epoch, lower is better
 * @param seconds of wall clock, resumed runs together
 * @param history one entry per epoch
 */
public record TrainingOutcome(boolean finished, int bestEpoch, double validationScore, double seconds,
        List<TrainingSnapshot.Epoch> history) {
    public TrainingOutcome {
        history = List.copyOf(history);
    }
}
