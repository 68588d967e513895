package io.longwave.ssm.sequence;

import io.longwave.kernel.DiagonalStep;

/** The recurrence of a layer with complex modes. */
public record DiagonalRecurrence(DiagonalStep kernel, DiagonalStep.Modes modes) implements SequenceRecurrence {

    @Override
    public int channels() {
        return modes.channels();
    }

    @Override
    public int stateSize() {
        return modes.stateSize();
    }

    @Override
    public void step(float[] state, float[] u, float[] y, int series) {
        kernel.step(modes, state, u, y, series);
    }
}
