package io.longwave.kernel.cuda;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.SelectiveStep;
import io.longwave.tensor.Tensor;

/** {@link SelectiveStep} by {@code selective_step.cu}. Coefficients go to the device once. */
final class CudaSelectiveStep implements SelectiveStep {
    private static final int PER_THREAD = 2;
    private static final int MOST_THREADS = 128;

    private final Launcher launcher;
    private final Function<System, DeviceMemory> rates;
    private final Function<System, DeviceMemory> biases;
    private final Function<System, DeviceMemory> skips;

    CudaSelectiveStep(Launcher launcher) {
        this.launcher = launcher;
        SeriesLaunches launches = new SeriesLaunches(launcher);
        this.rates = launches.once(System::a);
        this.biases = launches.once(System::deltaBias);
        this.skips = launches.once(System::skip);
    }

    @Override
    public void step(System system, Tensor state, Tensor u, Tensor delta, Tensor b, Tensor c, @Nullable Tensor z, Tensor y, int series) {
        SelectiveStep.check(system, state, u, delta, b, c, z, y, series);
        if (series > 0) {
            launcher.launch(system.exactHold() ? "selective_step_exact" : "selective_step",
                    SeriesLaunches.shape(series, PER_THREAD, system.channels(), MOST_THREADS), rates.apply(system), biases.apply(system),
                    skips.apply(system), state, u, delta, b, c, z, y, system.channels(), system.states(), system.groups(), series);
        }
    }
}
