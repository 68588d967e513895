package io.longwave.train;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of one or more series observed at the same times.
 *
 * @param header every column of the file but the time column, in its order
 * @param columns V names, those read
 * @param timesNanos [N], nanoseconds since the epoch, as the file has them: doubled and missing rows are left so
 * @param values [V][N], in the unit of the file; NaN where one is missing
 * @param sha256 of the unpacked file, lower-case hexadecimal
 */
public record SeriesTable(List<String> header, List<String> columns, long[] timesNanos, double[][] values, String sha256) {

    public SeriesTable {
        header = List.copyOf(header);
        columns = List.copyOf(columns);
        if (columns.size() != values.length) {
            throw new IllegalArgumentException("expected " + columns.size() + " columns of values but was " + values.length);
        }
        for (double[] column : values) {
            if (column.length != timesNanos.length) {
                throw new IllegalArgumentException("expected " + timesNanos.length + " values but was " + column.length);
            }
        }
    }

    public int rows() {
        return timesNanos.length;
    }

    /** How many values are missing. */
    public long missing() {
        return Arrays.stream(values).flatMapToDouble(Arrays::stream).filter(Double::isNaN).count();
    }

    /** The same table with what {@link MissingValues} says in place of missing values. */
    public SeriesTable filled() {
        if (missing() == 0) {
            return this;
        }
        double[][] filled = Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
        Arrays.stream(filled).forEach(MissingValues::fill);
        return new SeriesTable(header, columns, timesNanos, filled, sha256);
    }

    /** Usual distance of two rows: the median of the positive ones; zero if there is none. */
    public Duration cadence() {
        long[] steps = new long[Math.max(0, rows() - 1)];
        int n = 0;
        for (int i = 1; i < rows(); i++) {
            long step = timesNanos[i] - timesNanos[i - 1];
            if (step > 0) {
                steps[n++] = step;
            }
        }
        if (n == 0) {
            return Duration.ZERO;
        }
        Arrays.sort(steps, 0, n);
        return Duration.ofNanos(steps[n / 2]);
    }
}
