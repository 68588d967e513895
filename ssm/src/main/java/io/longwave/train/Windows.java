package io.longwave.train;

/** Windows of lag and horizon that slide by one row over standardised rows. Nothing is copied until asked for. */
public final class Windows {

    private final float[] rows; // [N, V]
    private final boolean[] filled; // [N, V], whether a value was missing; empty where none was
    private final int firstRow; // of the first window's lag
    private final int count;
    private final int lag;
    private final int horizon;
    private final int variates;

    Windows(float[] rows, boolean[] filled, int firstRow, int count, int lag, int horizon, int variates) {
        this.rows = rows;
        this.filled = filled;
        this.firstRow = firstRow;
        this.count = count;
        this.lag = lag;
        this.horizon = horizon;
        this.variates = variates;
    }

    public int count() {
        return count;
    }

    public int lag() {
        return lag;
    }

    public int horizon() {
        return horizon;
    }

    public int variates() {
        return variates;
    }

    /** Copies lag and horizon of window {@code index}, [L + H, V], to {@code to} from {@code offset} on. */
    public void copyWindow(int index, float[] to, int offset) {
        System.arraycopy(rows, start(index), to, offset, (lag + horizon) * variates);
    }

    /** Copies the lag of window {@code index}, [L, V]. */
    public void copyLag(int index, float[] to, int offset) {
        System.arraycopy(rows, start(index), to, offset, lag * variates);
    }

    /** Copies what is to be predicted, [H, V]. */
    public void copyHorizon(int index, float[] to, int offset) {
        System.arraycopy(rows, start(index) + lag * variates, to, offset, horizon * variates);
    }

    /** Value at {@code step} of window {@code index}: 0 is the first of the lag, L the first of the horizon. */
    float value(int index, int step, int variate) {
        return rows[start(index) + step * variates + variate];
    }

    /**
     * Whether an error of a window says something: the value was observed, and so was the last one of the lag. What fills missing values knows what comes after them.
     *
     * @param step of the horizon, from 0 on
     */
    boolean counts(int index, int step, int variate) {
        return filled.length == 0
                || !filled[start(index) + (lag - 1) * variates + variate] && !filled[start(index) + (lag + step) * variates + variate];
    }

    private int start(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("window " + index + " of " + count);
        }
        return (firstRow + index) * variates;
    }
}
