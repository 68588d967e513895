package io.longwave.ssm.sequence;

import java.util.Optional;

import io.longwave.ssm.tape.Tape;
import io.longwave.ssm.tape.Variable;

/**
 * A layer that mixes along time, one output channel per input channel, skip included, activation not. It has two views that must agree:
 * the whole sequence, for training and batches, and the recurrence, for streams. Its weights live in the parameter set it was made with.
 */
public interface SequenceLayer {

    /**
     * Records the layer on a tape.
     *
     * @param u [H, B, L]
     * @return y, [H, B, L]
     */
    Variable record(Tape tape, Variable u);

    /**
     * The recurrence of the present weights, which it copies. Empty where the layer has none: a kernel that depends on the length (DSS), a
     * layer that sees the future, a learned butterfly.
     */
    Optional<SequenceRecurrence> recurrence();

    /**
     * Why a forecaster may not have this layer: the setting that is in the way, what it does and what is expected. Empty where it may.
     */
    default Optional<String> whyNotForecast() {
        return Optional.empty();
    }
}
