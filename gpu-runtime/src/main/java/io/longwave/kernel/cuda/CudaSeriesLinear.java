package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.SeriesLinear;
import io.longwave.tensor.Tensor;

/** {@link SeriesLinear} by {@code series_linear.cu}. */
final class CudaSeriesLinear implements SeriesLinear {
    private static final int SERIES_PER_BLOCK = 128;
    private static final int OUTPUTS_PER_WARP = 8;
    private static final int MOST_WARPS = 8;
    private static final int MOST_WIDE_WARPS = 4;
    private static final int WARP = 32;
    private static final int MOST_OUTPUT_BLOCKS = 65_535;
    /** Weights that a warp has in shared memory, for 32 inputs. */
    private static final int TILE_BYTES = 32 * OUTPUTS_PER_WARP * Float.BYTES;

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
        int blocks = Launcher.ceilDiv(series, SERIES_PER_BLOCK);
        int warps = Math.min(MOST_WARPS, Launcher.ceilDiv(outputs, OUTPUTS_PER_WARP));
        long shared = (long) inputs * SERIES_PER_BLOCK * Float.BYTES + (long) warps * TILE_BYTES;
        if (shared <= launcher.properties().sharedBytesPerBlock()) {
            launcher.launch("series_linear", new LaunchShape(blocks, 1, 1, WARP, warps, (int) shared), weight, bias, x, y, inputs, outputs,
                    series);
        } else {
            int wideWarps = Math.min(MOST_WIDE_WARPS, warps);
            int outputBlocks = Math.min(MOST_OUTPUT_BLOCKS, Launcher.ceilDiv(outputs, wideWarps * OUTPUTS_PER_WARP));
            launcher.launch("series_linear_wide", new LaunchShape(blocks, outputBlocks, 1, WARP, wideWarps, 0), weight, bias, x, y, inputs,
                    outputs, series);
        }
    }
}
