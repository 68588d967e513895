package io.longwave.kernel.cuda;

import io.longwave.cuda.LaunchShape;

/** Blocks of kernels that transform whole rows in shared memory: threads of a row along x, rows of a block along y. */
final class RowBlocks {
    /** The least that {@link #requireLimit} lets be the largest: half of it is a transform too. */
    private static final int SMALLEST_LIMIT = 2 * RowPlan.SMALLEST;
    /** As many threads as leave each 128 registers. */
    private static final int THREADS = 512;
    private static final int THREADS_OF_SHORT_ROWS = 256;
    private static final int COMPLEX_BYTES = 8;

    private RowBlocks() {}

    /** The largest transform for which a block has room, and for all that lies beside half of it. */
    static int largestFor(int sharedBytes) {
        int largest = FixedRows.LARGEST;
        while (largest > 2 * FixedRows.SMALLEST && FixedRows.bytesNeeded(largest) > sharedBytes) {
            largest /= 2;
        }
        return largest;
    }

    /** A power of two that transforms of half and of the whole size fit. */
    static int requireLimit(int largest) {
        if (Integer.bitCount(largest) != 1 || largest < SMALLEST_LIMIT || largest > FixedRows.LARGEST) {
            throw new IllegalArgumentException("largest transform on the chip: expected a power of two from " + SMALLEST_LIMIT + " to "
                    + FixedRows.LARGEST + " but was " + largest);
        }
        return largest;
    }

    /** Blocks for all of {@code items} rows, each once. */
    static LaunchShape over(int items, int n) {
        int lanes = Math.min(n / 16, THREADS);
        int rows = Math.max(1, Math.min(items, THREADS_OF_SHORT_ROWS / lanes));
        return new LaunchShape(Launcher.ceilDiv(items, rows), 1, 1, lanes, rows, rows * (n + n / 16) * COMPLEX_BYTES);
    }
}
