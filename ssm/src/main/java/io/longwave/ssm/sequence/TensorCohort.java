package io.longwave.ssm.sequence;

import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

/** States in one tensor, which kernels step. */
public final class TensorCohort implements SequenceRecurrence.Cohort {
    private final Kernels kernels;
    private final Tensor state;
    private final Step step;

    /**
     * States of zeros.
     *
     * @param stateSize numbers of state per series
     * @param step calls of kernels only, the same ones each time
     */
    public TensorCohort(Kernels kernels, int stateSize, int series, Step step) {
        this.kernels = kernels;
        this.state = kernels.zeros(stateSize, series);
        this.step = step;
    }

    /** Calls kernels. */
    public interface Step {
        /**
         * Takes one sample of each series.
         *
         * @param state [stateSize, S], in and out
         * @param u [H, S]
         * @param y [H, S], out; may be {@code u}
         */
        void apply(Tensor state, Tensor u, Tensor y);
    }

    @Override
    public void step(Tensor u, Tensor y) {
        step.apply(state, u, y);
    }

    @Override
    public void write(float[] states) {
        kernels.upload(states, state);
    }

    @Override
    public void read(float[] states) {
        kernels.download(state, states);
    }

    @Override
    public boolean sequence() {
        return true;
    }
}
