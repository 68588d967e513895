package io.longwave.kernel.cuda;

import java.util.function.Function;

import io.longwave.cuda.DeviceMemory;
import io.longwave.kernel.DiagonalStep;
import io.longwave.tensor.Tensor;

/** {@link DiagonalStep} by {@code diagonal_step.cu}. Coefficients go to the device once. */
final class CudaDiagonalStep implements DiagonalStep {
    private static final int PER_THREAD = 4;
    private static final int MOST_THREADS = 128;
    /** Numbers of a mode as the kernel reads them, two vectors of four. */
    private static final int PACKED = 8;

    private final Launcher launcher;
    private final Function<Modes, DeviceMemory> packed;
    private final Function<Modes, DeviceMemory> skips;

    CudaDiagonalStep(Launcher launcher) {
        this.launcher = launcher;
        SeriesLaunches launches = new SeriesLaunches(launcher);
        this.packed = launches.once(CudaDiagonalStep::pack);
        this.skips = launches.once(Modes::skip);
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
    public void step(Modes modes, Tensor state, Tensor u, Tensor y, int series) {
        DiagonalStep.check(modes, state, u, y, series);
        if (series > 0) {
            launcher.launch("diagonal_step", SeriesLaunches.shape(series, PER_THREAD, modes.channels(), MOST_THREADS), packed.apply(modes),
                    skips.apply(modes), state, u, y, modes.channels(), modes.modes(), series);
        }
    }
}
