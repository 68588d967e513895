package io.longwave.train.reconstruct;

/**
 * Windows over consecutive rows, {@code stride} rows apart, the last one moved back so that it ends with the last row: every row lies in at least one.
 *
 * @param rows [N, V], standardised; read only
 * @param first row of the first window
 * @param count rows they cover
 * @param variates V
 * @param window L, rows of each
 * @param stride at most L
 */
@SuppressWarnings("ArrayRecordComponent") // windows are read, never compared
public record RowWindows(float[] rows, int first, int count, int variates, int window, int stride) {

    public RowWindows {
        if (stride < 1 || stride > window) {
            throw new IllegalArgumentException("stride: expected 1 to the window's " + window + " rows but was " + stride);
        }
        requireRows(count, window);
        if (first < 0 || (long) (first + count) * variates > rows.length) {
            throw new IllegalArgumentException("expected rows " + first + " to " + (first + count) + " but there are "
                    + rows.length / variates);
        }
    }

    /** @throws IllegalArgumentException if so many rows do not fill a window */
    public static void requireRows(int count, int window) {
        if (count < window) {
            throw new IllegalArgumentException("expected at least the " + window + " rows of one window but there are " + count);
        }
    }

    /** Number of windows. */
    public int windows() {
        return (count - window + stride - 1) / stride + 1;
    }

    /** First row of a window, 0 for the first of the rows covered. */
    public int start(int index) {
        return Math.min(index * stride, count - window);
    }

    /** Copies a window, [L, V], to {@code to} from {@code offset} on. */
    public void copy(int index, float[] to, int offset) {
        System.arraycopy(rows, (first + start(index)) * variates, to, offset, window * variates);
    }
}
