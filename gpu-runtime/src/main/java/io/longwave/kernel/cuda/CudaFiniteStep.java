package io.longwave.kernel.cuda;

import io.longwave.kernel.FiniteStep;
import io.longwave.tensor.Tensor;

/** {@link FiniteStep} by {@code finite_step.cu}. */
final class CudaFiniteStep implements FiniteStep {
    private final Launcher launcher;

    CudaFiniteStep(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public void step(Tensor taps, Tensor state, Tensor u, Tensor y, int series) {
        FiniteStep.check(taps, state, u, y, series);
        if (series > 0 && taps.dim(0) > 0) {
            launcher.launch("finite_step", SeriesLaunches.shape(series, 1, taps.dim(0)), taps, state, u, y, taps.dim(0), taps.dim(1),
                    series);
        }
    }
}
