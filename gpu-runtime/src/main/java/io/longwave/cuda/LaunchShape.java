package io.longwave.cuda;

/**
 * How many threads run a kernel.
 *
 * @param gridX blocks along x, at most 2^31 - 1
 * @param gridY blocks along y, at most 65,535
 * @param gridZ blocks along z, at most 65,535
 * @param blockX threads of a block along x; a block has at most 1024 in all
 * @param blockY threads of a block along y
 * @param sharedBytes dynamic shared memory of a block
 */
public record LaunchShape(int gridX, int gridY, int gridZ, int blockX, int blockY, int sharedBytes) {
    private static final int MOST_ALONG_Y = 65_535;
    private static final int MOST_THREADS = 1024;

    public LaunchShape {
        if (gridX < 1 || gridY < 1 || gridZ < 1 || gridY > MOST_ALONG_Y || gridZ > MOST_ALONG_Y || blockX < 1 || blockY < 1
                || (long) blockX * blockY > MOST_THREADS || sharedBytes < 0) {
            throw new IllegalArgumentException(
                    "launch: expected 1 to 2^31 - 1 by " + MOST_ALONG_Y + " by " + MOST_ALONG_Y + " blocks of 1 to "
                            + MOST_THREADS + " threads but was " + gridX + " by " + gridY + " by " + gridZ + " blocks of " + blockX + " by "
                            + blockY
                            + " with " + sharedBytes + " bytes");
        }
    }

    /** Blocks in one row. */
    public static LaunchShape of(int blocks, int threads) {
        return new LaunchShape(blocks, 1, 1, threads, 1, 0);
    }

    /** The same over a second axis of blocks. */
    public LaunchShape by(int blocksAlongY) {
        return new LaunchShape(gridX, blocksAlongY, gridZ, blockX, blockY, sharedBytes);
    }

    /** The same over a second and a third axis of blocks. */
    public LaunchShape by(int blocksAlongY, int blocksAlongZ) {
        return new LaunchShape(gridX, blocksAlongY, blocksAlongZ, blockX, blockY, sharedBytes);
    }

    /** The same with dynamic shared memory. */
    public LaunchShape shared(int bytes) {
        return new LaunchShape(gridX, gridY, gridZ, blockX, blockY, bytes);
    }
}
