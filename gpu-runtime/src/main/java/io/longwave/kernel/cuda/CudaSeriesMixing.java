package io.longwave.kernel.cuda;

import io.longwave.cuda.LaunchShape;
import io.longwave.kernel.SeriesMixing;
import io.longwave.tensor.Tensor;

/** {@link SeriesMixing} by {@code series_mixing.cu}, or by its parts where a block cannot hold the inputs of its series. */
final class CudaSeriesMixing implements SeriesMixing {
    private static final int SERIES_PER_BLOCK = 128;
    private static final int PAIRS_PER_WARP = 4;
    private static final int MOST_WARPS = 8;
    private static final int WARP = 32;
    /** Weights that a warp has in shared memory, for 32 inputs. */
    private static final int TILE_BYTES = 32 * 2 * PAIRS_PER_WARP * Float.BYTES;

    private final Launcher launcher;
    private final SeriesMixing parts;

    CudaSeriesMixing(Launcher launcher, SeriesMixing parts) {
        this.launcher = launcher;
        this.parts = parts;
    }

    @Override
    public void add(Tensor weight, Tensor bias, Tensor x, Tensor between, Tensor y, int series) {
        int outputs = SeriesMixing.check(weight, bias, x, between, y, series);
        int inputs = weight.dim(1);
        int warps = Math.min(MOST_WARPS, Launcher.ceilDiv(outputs, PAIRS_PER_WARP));
        long shared = (long) inputs * SERIES_PER_BLOCK * Float.BYTES + (long) warps * TILE_BYTES;
        if (shared > launcher.properties().sharedBytesPerBlock()) {
            parts.add(weight, bias, x, between, y, series);
        } else if (series > 0 && outputs > 0) {
            LaunchShape shape = new LaunchShape(Launcher.ceilDiv(series, SERIES_PER_BLOCK), 1, 1, WARP, warps, (int) shared);
            launcher.launch("series_mixing", shape, weight, bias, x, y, inputs, outputs, series);
        }
    }
}
