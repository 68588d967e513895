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
        SeriesTransfer transfer = new SeriesTransfer(launcher);
        this.rates = transfer.once(System::a);
        this.biases = transfer.once(System::deltaBias);
        this.skips = transfer.once(System::skip);
    }

    @Override
    public void step(System system, Tensor state, Tensor u, Tensor delta, Tensor b, Tensor c, @Nullable Tensor z, Tensor y, int series) {
        SelectiveStep.check(system, state, u, delta, b, c, z, y, series);
        if (series > 0) {
            launcher.launch("selective_step", SeriesTransfer.shape(series, PER_THREAD, system.channels(), MOST_THREADS),
                    rates.apply(system),
                    biases.apply(system), skips.apply(system), state, u, delta, b, c, z, y, system.channels(), system.states(),
                    system.groups(), system.exactHold(), series);
        }
    }
}
