package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.LaunchShape;

/** Blocks of the kernels over {@code series_tiles.cuh}: 128 series each, all their inputs in shared memory, eight rows of a matrix for a warp. */
final class SeriesTiles {
    static final int SERIES_PER_BLOCK = 128;
    static final int ROWS_PER_WARP = 8;
    static final int WARP = 32;
    private static final int MOST_WARPS = 8;
    /** Weights that a warp has in shared memory, for 32 inputs. */
    private static final int TILE_BYTES = 32 * ROWS_PER_WARP * Float.BYTES;

    private SeriesTiles() {}

    /** Warps of a block for a matrix of {@code rows} rows. */
    static int warps(int rows) {
        return Math.min(MOST_WARPS, Launcher.ceilDiv(rows, ROWS_PER_WARP));
    }

    /** Blocks for {@code series}, at least 1; null where a block has no room for that many inputs. */
    static @Nullable LaunchShape shape(Launcher launcher, int series, int inputs, int rows) {
        int warps = warps(rows);
        long shared = (long) inputs * SERIES_PER_BLOCK * Float.BYTES + (long) warps * TILE_BYTES;
        return shared > launcher.properties().sharedBytesPerBlock()
                ? null
                : new LaunchShape(Launcher.ceilDiv(series, SERIES_PER_BLOCK), 1, 1, WARP, warps, (int) shared);
    }
}
