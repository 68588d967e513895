package io.longwave.ssm.sequence;

import io.longwave.kernel.DiagonalStep;
import io.longwave.kernel.Kernels;

/** The recurrence of a layer with complex modes. */
public record DiagonalRecurrence(Kernels kernels, DiagonalStep.Modes modes) implements SequenceRecurrence {

    @Override
    public int channels() {
        return modes.channels();
    }

    @Override
    public int stateSize() {
        return modes.stateSize();
    }

    @Override
    public Cohort start(int series) {
        DiagonalStep kernel = kernels.diagonalStep();
        return new TensorCohort(kernels, stateSize(), series, (state, u, y) -> kernel.step(modes, state, u, y, series));
    }
}
