package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.SeriesLinear;
import io.longwave.tensor.Tensor;

/** {@link SeriesLinear} by {@code series_linear.cu}. */
final class CudaSeriesLinear implements SeriesLinear {
    private static final int SERIES_PER_BLOCK = 128;
    private static final int OUTPUTS_PER_WARP = 8;
    private static final int MOST_WARPS = 4;
    private static final int WARP = 32;
    private static final int MOST_OUTPUT_BLOCKS = 65_535;

    private final Launcher launcher;

    CudaSeriesLinear(Launcher launcher) {
        this.launcher = launcher;
    }

    @Override
    public void apply(Tensor weight, @Nullable Tensor bias, Tensor x, Tensor y, int series) {
        SeriesLinear.check(weight, bias, x, y, series);
        int outputs = weight.dim(0);
        if (series == 0 || outputs == 0) {
            return;
        }
        int warps = Math.min(MOST_WARPS, Launcher.ceilDiv(outputs, OUTPUTS_PER_WARP));
        int outputBlocks = Math.min(MOST_OUTPUT_BLOCKS, Launcher.ceilDiv(outputs, warps * OUTPUTS_PER_WARP));
        LaunchShape shape = new LaunchShape(Launcher.ceilDiv(series, SERIES_PER_BLOCK), outputBlocks, 1, WARP, warps, 0);
        launcher.launch("series_linear", shape, weight, bias, x, y, weight.dim(1), outputs, series);
    }
}
