package io.longwave.kernel.cuda;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.SelectiveStep;

/** {@link SelectiveStep} by {@code selective_step.cu}. Coefficients stay on the device; the rest travels with each call, as the contract has it. */
final class CudaSelectiveStep implements SelectiveStep {
    private static final int PER_THREAD = 2;

    private final Launcher launcher;
    private final SeriesTransfer transfer;
    private final Function<System, DeviceMemory> rates;
    private final Function<System, DeviceMemory> biases;
    private final Function<System, DeviceMemory> skips;

    CudaSelectiveStep(Launcher launcher) {
        this.launcher = launcher;
        this.transfer = new SeriesTransfer(launcher);
        this.rates = SeriesTransfer.once(system -> transfer.in(system.a()));
        this.biases = SeriesTransfer.once(system -> transfer.in(system.deltaBias()));
        this.skips = SeriesTransfer.once(system -> transfer.in(system.skip()));
    }

    @Override
    public void step(System system, float[] state, float[] u, float[] delta, float[] b, float[] c, float @Nullable [] z, float[] y,
            int series) {
        SelectiveStep.check(system, state, u, delta, b, c, z, y, series);
        if (series == 0) {
            return;
        }
        try (DeviceMemory x = transfer.in(state);
                DeviceMemory in = transfer.in(u);
                DeviceMemory sizes = transfer.in(delta);
                DeviceMemory bRows = transfer.in(b);
                DeviceMemory cRows = transfer.in(c);
                @Nullable
                DeviceMemory gate = z == null ? null : transfer.in(z);
                DeviceMemory out = transfer.out(y, (long) system.channels() * series)) {
            step(system, x, in, sizes, bRows, cRows, gate, out, series);
            transfer.back(x, state);
            transfer.back(out, y);
        }
    }

    /** The same on what is on the device already, without waiting for it; y may be u, delta or z. */
    void step(System system, DeviceMemory state, DeviceMemory u, DeviceMemory delta, DeviceMemory b, DeviceMemory c,
            @Nullable DeviceMemory z, DeviceMemory y, int series) {
        launcher.launch("selective_step", SeriesTransfer.shape(series, PER_THREAD, system.channels()), rates.apply(system),
                biases.apply(system), skips.apply(system), state, u, delta, b, c, z, y, system.channels(), system.states(), system.groups(),
                system.exactHold(), series);
    }
}
