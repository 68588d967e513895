package io.longwave.ssm.longconv;

import io.longwave.kernel.FiniteStep;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.sequence.SequenceRecurrence;
import io.longwave.ssm.sequence.TensorCohort;
import io.longwave.tensor.Tensor;

/** A kernel of K taps, all of which a step goes over, as {@link FiniteStep} says. */
final class FiniteRecurrence implements SequenceRecurrence {
    private final Kernels kernels;
    private final Tensor taps;

    /**
     * Copies the taps.
     *
     * @param kernel κ with the skip added to tap 0, [H, K]
     */
    FiniteRecurrence(Kernels kernels, int channels, int taps, float[] kernel) {
        this.kernels = kernels;
        this.taps = kernels.of(kernel, channels, taps);
    }

    @Override
    public int channels() {
        return taps.dim(0);
    }

    @Override
    public int stateSize() {
        return taps.size();
    }

    @Override
    public Cohort start(int series) {
        FiniteStep kernel = kernels.finiteStep();
        return new TensorCohort(kernels, stateSize(), series, (state, u, y) -> kernel.step(taps, state, u, y, series));
    }
}
