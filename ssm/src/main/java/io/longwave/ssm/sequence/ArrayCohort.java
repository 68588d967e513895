package io.longwave.ssm.sequence;

import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

/** States in an array of the host, which plain loops step: for layers that no kernel steps. Samples come from the kernels' memory and go there. */
public final class ArrayCohort implements SequenceRecurrence.Cohort {
    private final Kernels kernels;
    private final float[] state;
    private final float[] sample;
    private final Step step;

    /**
     * States of zeros.
     *
     * @param recurrence whose channels and states these are
     */
    public ArrayCohort(Kernels kernels, SequenceRecurrence recurrence, int series, Step step) {
        this.kernels = kernels;
        this.state = new float[Math.multiplyExact(recurrence.stateSize(), series)];
        this.sample = new float[Math.multiplyExact(recurrence.channels(), series)];
        this.step = step;
    }

    /** Steps on the host. */
    public interface Step {
        /**
         * Takes one sample of each series.
         *
         * @param state [stateSize, S], in and out
         * @param sample u, [H, S]; y when it returns
         */
        void apply(float[] state, float[] sample);
    }

    @Override
    public void step(Tensor u, Tensor y) {
        kernels.download(u, sample);
        step.apply(state, sample);
        kernels.upload(sample, y);
    }

    @Override
    public void write(float[] states) {
        requireSize(states);
        System.arraycopy(states, 0, state, 0, state.length);
    }

    @Override
    public void read(float[] states) {
        requireSize(states);
        System.arraycopy(state, 0, states, 0, state.length);
    }

    private void requireSize(float[] states) {
        if (states.length != state.length) {
            throw new IllegalArgumentException("states: expected " + state.length + " numbers but was " + states.length);
        }
    }

    @Override
    public boolean sequence() {
        return false;
    }
}
