package io.longwave.kernel.cuda;

import io.longwave.cuda.LaunchShape;

/** Launch shapes that several kernels share. They follow from sizes alone, so that sums are taken in the same order on every device. */
final class LaunchShapes {
    private static final int WARP = 32;
    private static final int MOST_THREADS = 256;
    /** Numbers that a thread of a block takes at least, where there are so many. */
    private static final int NUMBERS_PER_THREAD = 4;
    private static final int NUMBERS_PER_SUMMING_BLOCK = 4096;
    /** Enough to fill a large device twice over. */
    private static final int MOST_SUMMING_BLOCKS = 512;
    /** Side and threads along y of a tile in {@code turned_tile.cuh}. */
    private static final int TURNED_SIDE = 32;
    private static final int TURNED_ROWS = 8;

    private LaunchShapes() {}

    /** A block for each of {@code rows} rows of {@code length} numbers. */
    static LaunchShape rows(int rows, int length) {
        return LaunchShape.of(rows, threads(length));
    }

    /** Whole warps for {@code length} numbers, each thread taking a few. */
    private static int threads(int length) {
        int warps = Launcher.ceilDiv(length, WARP * NUMBERS_PER_THREAD);
        return WARP * Math.clamp(warps, 1, MOST_THREADS / WARP);
    }

    /** Blocks that sum {@code n} numbers into a part each, in a grid-stride loop. */
    static LaunchShape parts(long n) {
        int blocks = (int) Math.clamp(Launcher.ceilDiv(n, NUMBERS_PER_SUMMING_BLOCK), 1L, MOST_SUMMING_BLOCKS);
        return LaunchShape.of(blocks, threads((int) Math.min(n, NUMBERS_PER_SUMMING_BLOCK)));
    }

    /** The block that adds the parts. */
    static LaunchShape total(int parts) {
        return LaunchShape.of(1, WARP * Math.clamp(Launcher.ceilDiv(parts, WARP), 1, MOST_THREADS / WARP));
    }

    /** A thread for each of {@code n} columns. */
    static LaunchShape columns(int n) {
        int threads = WARP * Math.clamp(Launcher.ceilDiv(n, WARP), 1, 4);
        return LaunchShape.of(Launcher.ceilDiv(n, threads), threads);
    }

    /** Tiles of {@code matrices} matrices whose axes change places. */
    static LaunchShape turned(int matrices, int rows, int columns) {
        int tiles = Launcher.ceilDiv(rows, TURNED_SIDE) * Launcher.ceilDiv(columns, TURNED_SIDE);
        return new LaunchShape(Math.multiplyExact(matrices, tiles), 1, 1, TURNED_SIDE, TURNED_ROWS, 0);
    }
}
