package io.longwave.train.anomaly;

/**
 * Mean and population deviation of every column of the training rows.
 *
 * @param mean [V]
 * @param deviation [V], at least the least one asked for, so that a column that is constant in training does not divide by nothing
 */
@SuppressWarnings("ArrayRecordComponent") // used to scale, never compared
public record ColumnScale(double[] mean, double[] deviation) {

    /** Least deviation of columns scaled to 0..1. */
    public static final double LEAST = 0.01;

    /** Fits to rows [N, V], N at least 1. */
    public static ColumnScale fit(double[][] rows, double least) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("expected at least one training row but was none");
        }
        int width = rows[0].length;
        double[] mean = new double[width];
        double[] deviation = new double[width];
        for (double[] row : rows) {
            for (int v = 0; v < width; v++) {
                mean[v] += row[v];
            }
        }
        for (int v = 0; v < width; v++) {
            mean[v] /= rows.length;
        }
        for (double[] row : rows) {
            for (int v = 0; v < width; v++) {
                deviation[v] += (row[v] - mean[v]) * (row[v] - mean[v]);
            }
        }
        for (int v = 0; v < width; v++) {
            deviation[v] = Math.max(least, Math.sqrt(deviation[v] / rows.length));
        }
        return new ColumnScale(mean, deviation);
    }

    /** One row on the standard scale. */
    public double[] standardise(double[] row) {
        double[] out = new double[row.length];
        for (int v = 0; v < row.length; v++) {
            out[v] = (row[v] - mean[v]) / deviation[v];
        }
        return out;
    }
}
