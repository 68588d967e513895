package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.SeriesLinear;

/** {@link SeriesLinear} by {@code series_linear.cu}. */
final class CudaSeriesLinear implements SeriesLinear {
    private static final int SERIES_PER_BLOCK = 128;
    private static final int OUTPUTS_PER_WARP = 8;
    private static final int MOST_WARPS = 4;
    private static final int WARP = 32;
    private static final int MOST_OUTPUT_BLOCKS = 65_535;

    private final Launcher launcher;
    private final SeriesTransfer transfer;

    CudaSeriesLinear(Launcher launcher) {
        this.launcher = launcher;
        this.transfer = new SeriesTransfer(launcher);
    }

    @Override
    public void apply(float[] weight, float @Nullable [] bias, int inputs, float[] x, float[] y, int series) {
        int outputs = SeriesLinear.check(weight, bias, inputs, x, y, series);
        if (series == 0 || outputs == 0) {
            return;
        }
        try (DeviceMemory weights = transfer.in(weight);
                @Nullable
                DeviceMemory offsets = bias == null ? null : transfer.in(bias);
                DeviceMemory in = transfer.in(x);
                DeviceMemory out = transfer.out(y, (long) outputs * series)) {
            apply(weights, offsets, inputs, outputs, in, out, series);
            transfer.back(out, y);
        }
    }

    /** The same on what is on the device already, without waiting for it. */
    void apply(DeviceMemory weight, @Nullable DeviceMemory bias, int inputs, int outputs, DeviceMemory x, DeviceMemory y, int series) {
        int warps = Math.min(MOST_WARPS, Launcher.ceilDiv(outputs, OUTPUTS_PER_WARP));
        int outputBlocks = Math.min(MOST_OUTPUT_BLOCKS, Launcher.ceilDiv(outputs, warps * OUTPUTS_PER_WARP));
        LaunchShape shape = new LaunchShape(Launcher.ceilDiv(series, SERIES_PER_BLOCK), outputBlocks, 1, WARP, warps, 0);
        launcher.launch("series_linear", shape, weight, bias, x, y, inputs, outputs, series);
    }
}
