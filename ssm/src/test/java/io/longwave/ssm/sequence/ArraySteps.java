package io.longwave.ssm.sequence;

import io.longwave.kernel.Kernels;
import io.longwave.tensor.Tensor;

/** Series of one layer that are stepped together, on arrays. */
public final class ArraySteps {
    private final Kernels kernels;
    private final SequenceRecurrence.Cohort cohort;
    private final Tensor sample;

    public ArraySteps(Kernels kernels, SequenceRecurrence recurrence, int series) {
        this.kernels = kernels;
        this.cohort = recurrence.start(series);
        this.sample = kernels.zeros(recurrence.channels(), series);
    }

    /** In place in the tensors, as the contract allows; {@code y} may be {@code u}. */
    public void step(float[] u, float[] y) {
        kernels.upload(u, sample);
        cohort.step(sample, sample);
        kernels.download(sample, y);
    }

    public SequenceRecurrence.Cohort cohort() {
        return cohort;
    }
}
