package io.longwave.kernel.cuda;

import java.util.stream.IntStream;

import io.longwave.cuda.LaunchShape;

/**
 * Blocks of the kernels of {@code longconv.cu}, which transform rows of a length that they are compiled for: {@code fixed_rows.cuh} says how.
 * Threads of a row along x, rows of the block, or pairs of rows, along y.
 *
 * @param n numbers of a row
 * @param points of a row that each thread has
 * @param last numbers of a group of the last stage
 * @param rows that a thread of the forward pass and of the input's gradient has at once
 * @param along y at most
 */
record FixedRows(int n, int points, int last, int rows, int along) {
    /** Shorter rows are rows of as many. */
    static final int SMALLEST = 256;
    static final int LARGEST = 16_384;
    /** Bytes of a complex number. */
    private static final int COMPLEX = 8;
    private static final int WARP = 32;
    /** A stage's numbers are turned by two complex numbers each. */
    private static final int TURN = 2 * COMPLEX;
    /** Numbers that the first of three stages transforms. */
    private static final int FIRST_OF_THREE = 16;
    /** The longest rows of two stages. */
    private static final int LONGEST_OF_TWO = 1024;

    static FixedRows of(int n) {
        return switch (n) {
            case 256 -> new FixedRows(n, 16, 16, 1, 8);
            case 512 -> new FixedRows(n, 32, 32, 1, 4);
            case 1024 -> new FixedRows(n, 32, 32, 1, 4);
            case 2048 -> new FixedRows(n, 16, 16, 2, 1);
            case 4096 -> new FixedRows(n, 16, 16, 2, 1);
            case 8192 -> new FixedRows(n, 32, 16, 1, 1);
            case 16_384 -> new FixedRows(n, 32, 32, 1, 1);
            default -> throw new IllegalArgumentException(
                    "rows: expected a power of two from " + SMALLEST + " to " + LARGEST + " but was " + n);
        };
    }

    /** A kernel for rows of this length. */
    String kernel(String name) {
        return name + "_" + n;
    }

    private int lanes() {
        return n / points;
    }

    /** Bytes of shared memory for {@code rows} rows side by side, and {@code beside} complex numbers for each number of them. */
    private int bytes(int rows, int beside) {
        return (n + n / last + beside * n) * rows * COMPLEX;
    }

    /** How many rows or pairs along y, where there are {@code items} of them: whole warps. */
    int along(int items) {
        int ofWarp = Math.max(1, WARP / lanes());
        return Math.min(Math.max(along, ofWarp), Launcher.ceilDiv(items, ofWarp) * ofWarp);
    }

    /** Bytes of shared memory for what the numbers of the stages are turned by: each thread in two, a piece or a member of a team in the middle. */
    private int tableBytes() {
        int middle = n > LONGEST_OF_TWO ? FIRST_OF_THREE + lanes() / FIRST_OF_THREE : 0;
        return (2 * lanes() + middle) * TURN;
    }

    /**
     * @param rows of a thread
     * @param along y
     * @param beside complex numbers in shared memory for each number
     */
    LaunchShape shape(int blocks, int rows, int along, int beside) {
        return new LaunchShape(blocks, 1, 1, lanes(), along, tableBytes() + along * bytes(rows, beside));
    }

    /** Blocks for {@code units} pairs of a row of x and one of dc, which one thread has at once, each with the sum of their products beside. */
    LaunchShape pairs(int units) {
        int along = Math.max(1, WARP / lanes());
        LaunchShape rows = shape(Launcher.ceilDiv(units, along), 2, along, 0);
        return rows.shared(rows.sharedBytes() + along * n * COMPLEX);
    }

    /** Blocks for all of {@code items}, each once: {@code rows} rows side by side that a thread has at once. */
    LaunchShape over(int items, int rows) {
        int along = along(items);
        return shape(Launcher.ceilDiv(items, along), rows, along, 0);
    }

    /** The most shared memory that a block needs when rows of {@code largest} numbers are the longest on the chip. */
    static int bytesNeeded(int largest) {
        FixedRows half = of(largest / 2);
        FixedRows whole = of(largest);
        return IntStream.of(whole.shape(1, whole.rows, whole.along, 0).sharedBytes(), half.pairs(1).sharedBytes(),
                half.shape(1, half.rows, half.along, 1).sharedBytes()).max().orElseThrow();
    }
}
