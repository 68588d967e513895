package io.longwave.kernel.cuda;

import io.longwave.cuda.LaunchShape;

/**
 * How products of a size are cut into blocks ({@code gemm.cuh}). It follows from the size alone, so that sums are taken in the same order on every
 * device.
 *
 * @param tile of C that a block owns
 * @param splits blocks that share the sums of a tile, a stretch of k each
 * @param stretch of k
 * @param shape blocks of the kernel
 */
record GemmPlan(Tile tile, int splits, int stretch, LaunchShape shape) {
    private static final int THREADS = 256;
    /** A multiple of every tile's depth. */
    private static final int DEPTH = 16;
    /** Blocks that a large device runs at once, one for each multiprocessor. */
    private static final int FULL = 132;
    /** Large tiles are for sums that could be cut into stretches of this many numbers and still fill a device. */
    private static final int LARGE_STRETCH = 256;
    /** Sums over fewer numbers than this are not shared: four stages of a tile. */
    private static final int SHORTEST_STRETCH = 64;
    /** Below this the matrix units have too little to do between loading and storing. */
    private static final int SHORTEST_FOR_TENSOR = 32;

    /** The kernels' ways to own a tile. */
    enum Tile {
        /** 64 by 64 on the ordinary units. */
        SMALL(64),
        /** 128 by 128 on the ordinary units. */
        LARGE(128),
        /** 128 by 128 on the matrix units, each number as the sum of two in TF32. */
        TENSOR(128);

        private final int side;

        Tile(int side) {
            this.side = side;
        }

        int tiles(int groups, int m, int n) {
            return Math.multiplyExact(groups, Math.multiplyExact(Launcher.ceilDiv(m, side), Launcher.ceilDiv(n, side)));
        }
    }

    /** Which tile products of a size are cut into. */
    interface Choice {
        Choice BY_SIZE = GemmPlan::bySize;

        Tile of(int groups, int m, int n, int k, boolean mayShare);
    }

    /** Large tiles read each factor less often; they are taken where they are mostly full and enough of them. */
    private static Tile bySize(int groups, int m, int n, int k, boolean mayShare) {
        int blocks = Tile.LARGE.tiles(groups, m, n) * (mayShare ? Launcher.ceilDiv(k, LARGE_STRETCH) : 1);
        if (m <= Tile.SMALL.side || n <= Tile.SMALL.side || blocks < FULL) {
            return Tile.SMALL;
        }
        return k < SHORTEST_FOR_TENSOR ? Tile.LARGE : Tile.TENSOR;
    }

    /** @param mayShare whether several blocks may share the sums of a tile, to be added by a second stage */
    static GemmPlan of(Choice choice, int groups, int m, int n, int k, boolean mayShare) {
        Tile tile = choice.of(groups, m, n, k, mayShare);
        int tiles = tile.tiles(groups, m, n);
        int wanted = mayShare ? Math.clamp(2 * FULL / tiles, 1, Math.max(1, k / SHORTEST_STRETCH)) : 1;
        int stretch = Math.max(1, Launcher.ceilDiv(Launcher.ceilDiv(k, wanted), DEPTH)) * DEPTH;
        int splits = Math.max(1, Launcher.ceilDiv(k, stretch));
        return new GemmPlan(tile, splits, stretch, new LaunchShape(tiles, splits, 1, THREADS, 1, 0));
    }

    /** Name of the kernel for this plan. */
    String kernel(String prefix, String suffix) {
        String name = switch (tile) {
            case SMALL -> "_small";
            case LARGE -> "_large";
            case TENSOR -> "_tensor";
        };
        return prefix + name + suffix;
    }
}
