package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.SeriesLinear;
import io.longwave.tensor.Tensor;

/** {@link SeriesLinear} by {@code series_linear.cu}. */
final class CudaSeriesLinear implements SeriesLinear {
    private static final int MOST_WIDE_WARPS = 4;
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
        int inputs = weight.dim(1);
        LaunchShape shape = SeriesTiles.shape(launcher, series, inputs, outputs);
        if (shape != null) {
            launcher.launch("series_linear", shape, weight, bias, x, y, inputs, outputs, series);
        } else {
            int blocks = Launcher.ceilDiv(series, SeriesTiles.SERIES_PER_BLOCK);
            int warps = Math.min(MOST_WIDE_WARPS, SeriesTiles.warps(outputs));
            int outputBlocks = Math.min(MOST_OUTPUT_BLOCKS, Launcher.ceilDiv(outputs, warps * SeriesTiles.ROWS_PER_WARP));
            launcher.launch("series_linear_wide", new LaunchShape(blocks, outputBlocks, 1, SeriesTiles.WARP, warps, 0), weight, bias, x, y,
                    inputs, outputs, series);
        }
    }
}
