package io.longwave.kernel.cuda;

import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.LaunchShape;
import io.longwave.tensor.Tensor;

/**
 * How long rows are cut up so that blocks sum a segment each, and the second stage that adds the parts ({@code parts.cu}).
 *
 * @param segments of every row
 * @param stretch length of a segment; the last may be shorter
 * @param shape a block for each segment of each row
 */
record PartSums(int segments, int stretch, LaunchShape shape) {
    /** Blocks to aim at: a large device twice over. */
    private static final int BLOCKS = 512;
    /** Shorter segments than this are not worth a part. */
    private static final int SHORTEST = 1024;
    private static final int LANES = 32;
    private static final int PART_LANES = 8;

    static PartSums over(int rows, int length) {
        int wanted = Math.clamp(Launcher.ceilDiv(BLOCKS, rows), 1, Launcher.ceilDiv(length, SHORTEST));
        int stretch = Launcher.ceilDiv(length, wanted);
        int segments = Launcher.ceilDiv(length, stretch);
        return new PartSums(segments, stretch, LaunchShapes.rows(Math.multiplyExact(rows, segments), stretch));
    }

    /** out[i] = Σ over s of parts[from + s n + i], or added, for the n numbers of {@code out}. */
    static void add(Launcher launcher, DeviceMemory parts, long from, int count, Tensor out, boolean accumulate) {
        LaunchShape shape = new LaunchShape(Launcher.ceilDiv(out.size(), LANES), 1, 1, LANES, PART_LANES, 0);
        launcher.launch("parts_sum", shape, parts, from, count, (long) out.size(), out, accumulate);
    }

    /** out[r] += Σ over i of x[r, i] for x [R, L]. */
    static void addRows(Launcher launcher, Tensor x, Tensor out) {
        PartSums sums = over(x.dim(0), x.dim(1));
        try (DeviceMemory parts = launcher.scratch((long) sums.segments() * x.dim(0))) {
            launcher.launch("parts_of_rows", sums.shape(), x, x.dim(0), x.dim(1), sums.stretch(), parts);
            add(launcher, parts, 0, sums.segments(), out, true);
        }
    }
}
