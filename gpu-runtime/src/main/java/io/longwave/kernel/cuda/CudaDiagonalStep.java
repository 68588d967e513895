package io.longwave.kernel.cuda;

import java.util.function.Function;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.DiagonalStep;

/** {@link DiagonalStep} by {@code diagonal_step.cu}. Coefficients stay on the device; state, u and y travel with each call, as the contract has it. */
final class CudaDiagonalStep implements DiagonalStep {
    private static final int PER_THREAD = 4;
    /** Numbers of a mode as the kernel reads them, two vectors of four. */
    private static final int PACKED = 8;

    private final Launcher launcher;
    private final SeriesTransfer transfer;
    private final Function<Modes, DeviceMemory> packed;
    private final Function<Modes, DeviceMemory> skips;

    CudaDiagonalStep(Launcher launcher) {
        this.launcher = launcher;
        this.transfer = new SeriesTransfer(launcher);
        this.packed = SeriesTransfer.once(modes -> transfer.in(pack(modes)));
        this.skips = SeriesTransfer.once(modes -> transfer.in(modes.skip()));
    }

    private static float[] pack(Modes modes) {
        float[][] parts = {modes.aRe(), modes.aIm(), modes.bRe(), modes.bIm(), modes.cRe(), modes.cIm()};
        float[] out = new float[PACKED * modes.channels() * modes.modes()];
        for (int m = 0; m < modes.channels() * modes.modes(); m++) {
            for (int part = 0; part < parts.length; part++) {
                out[PACKED * m + part] = parts[part][m];
            }
        }
        return out;
    }

    @Override
    public void step(Modes modes, float[] state, float[] u, float[] y, int series) {
        DiagonalStep.check(modes, state, u, y, series);
        if (series == 0) {
            return;
        }
        try (DeviceMemory x = transfer.in(state);
                DeviceMemory in = transfer.in(u);
                DeviceMemory out = transfer.out(y, (long) modes.channels() * series)) {
            step(modes, x, in, out, series);
            transfer.back(x, state);
            transfer.back(out, y);
        }
    }

    /** The same on what is on the device already, without waiting for it; y may be u. */
    void step(Modes modes, DeviceMemory state, DeviceMemory u, DeviceMemory y, int series) {
        launcher.launch("diagonal_step", SeriesTransfer.shape(series, PER_THREAD, modes.channels()), packed.apply(modes),
                skips.apply(modes),
                state, u, y, modes.channels(), modes.modes(), series);
    }
}
