package io.longwave.db.point;

/**
 * Which row of a table a time belongs to: row n stands for the time {@code phase + n * step}, and for those nearer to it than to the rows beside it.
 *
 * @param stepNanos at least a microsecond, so that there are fewer rows than numbers, and at most a year
 * @param phaseNanos at least 0, less than the step
 */
public record RowGrid(long stepNanos, long phaseNanos) {
    static final long SHORTEST_STEP = 1000;
    static final long LONGEST_STEP = 366L * 86_400 * 1_000_000_000;

    public RowGrid {
        if (stepNanos < SHORTEST_STEP || stepNanos > LONGEST_STEP) {
            throw new IllegalArgumentException("step: expected 1000 ns to 366 days but was " + stepNanos + " ns");
        }
        if (phaseNanos < 0 || phaseNanos >= stepNanos) {
            throw new IllegalArgumentException("phase: expected 0 to " + (stepNanos - 1) + " ns but was " + phaseNanos);
        }
    }

    /** The grid on which a time lies. */
    public static RowGrid through(long timeNanos, long stepNanos) {
        return new RowGrid(stepNanos, stepNanos < 1 ? 0 : Math.floorMod(timeNanos, stepNanos));
    }

    /** The row of a time. */
    public long row(long timeNanos) {
        // In parts, so that nothing leaves 64 bits at the ends of time.
        long rest = Math.floorMod(timeNanos, stepNanos) - phaseNanos + stepNanos / 2;
        return Math.floorDiv(timeNanos, stepNanos) + Math.floorDiv(rest, stepNanos);
    }

    /** The time that a row stands for, or the last or first there is. */
    public long time(long row) {
        return plusRows(phaseNanos, row);
    }

    /** First time of a row, or the first or last there is. */
    public long start(long row) {
        return plusRows(phaseNanos - stepNanos / 2, row);
    }

    private long plusRows(long offset, long row) {
        // Of one sign, so that only what does not fit leaves 64 bits.
        boolean early = row < 0;
        long rows = early && offset > 0 ? row + 1 : !early && offset < 0 && row > 0 ? row - 1 : row;
        long rest = offset + (row - rows) * stepNanos;
        try {
            return Math.addExact(rest, Math.multiplyExact(rows, stepNanos));
        } catch (ArithmeticException e) {
            return early ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
