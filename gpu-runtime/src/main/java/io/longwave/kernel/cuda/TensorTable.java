package io.longwave.kernel.cuda;

import java.util.stream.IntStream;

import io.longwave.cuda.LaunchShape;

/**
 * How one launch works on a list of tensors: cut into stretches, a block for each. The table that tells the blocks begins with a number for each of
 * them, the row of its tensor and in the upper half which stretch of it; the rows come after.
 *
 * @param stretch numbers of a tensor that a block takes
 * @param shape blocks of the launch
 * @param numbers of the table
 */
record TensorTable(int stretch, LaunchShape shape, long[] numbers) {
    private static final int WARP = 32;
    private static final int MOST_THREADS = 256;
    private static final int NUMBERS_PER_THREAD = 4;
    /** More where there would be very many blocks. */
    private static final int STRETCH = 1024;
    private static final int MOST_BLOCKS = 4096;

    /**
     * @param sizes of the tensors, not all 0
     * @param rows of the tensors, equally long
     */
    static TensorTable of(int[] sizes, long[] rows) {
        long total = IntStream.of(sizes).asLongStream().sum();
        int largest = IntStream.of(sizes).max().orElse(1);
        int stretch = Math.toIntExact(Math.max(1, Launcher.ceilDiv(Launcher.ceilDiv(total, MOST_BLOCKS), STRETCH)) * STRETCH);
        int blocks = IntStream.of(sizes).map(size -> Launcher.ceilDiv(size, stretch)).sum();
        long[] numbers = new long[blocks + rows.length];
        int at = 0;
        for (int t = 0; t < sizes.length; t++) {
            for (int piece = 0; piece < Launcher.ceilDiv(sizes[t], stretch); piece++) {
                numbers[at++] = (long) piece << Integer.SIZE | t;
            }
        }
        System.arraycopy(rows, 0, numbers, blocks, rows.length);
        int threads = WARP * Math.clamp(Launcher.ceilDiv(Math.min(largest, stretch), WARP * NUMBERS_PER_THREAD), 1, MOST_THREADS / WARP);
        return new TensorTable(stretch, LaunchShape.of(blocks, threads), numbers);
    }
}
