package io.longwave.train;

import java.util.List;

/**
 * Standardisation per column: (x - mean) / std.
 *
 * @param columns V names
 * @param mean [V], in the unit of the column
 * @param std [V], population standard deviation, above 0
 */
public record Scaler(List<String> columns, List<Double> mean, List<Double> std) {

    public Scaler {
        columns = List.copyOf(columns);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != columns.size() || std.size() != columns.size()) {
            throw new IllegalArgumentException(
                    "expected a mean and a deviation for each of " + columns + " but was " + mean + " and " + std);
        }
        for (int v = 0; v < std.size(); v++) {
            if (!(std.get(v) > 0)) {
                throw new IllegalArgumentException("column " + columns.get(v) + " has no positive deviation: " + std.get(v));
            }
        }
    }

    /** Fits to the first rows of a table; a constant column gets deviation 1. */
    public static Scaler fit(SeriesTable table, int rows) {
        Double[] means = new Double[table.columns().size()];
        Double[] deviations = new Double[means.length];
        for (int v = 0; v < means.length; v++) {
            double[] x = table.values()[v];
            double sum = 0;
            for (int i = 0; i < rows; i++) {
                sum += x[i];
            }
            double mean = sum / rows;
            double squares = 0;
            for (int i = 0; i < rows; i++) {
                squares += (x[i] - mean) * (x[i] - mean);
            }
            double std = Math.sqrt(squares / rows);
            means[v] = mean;
            deviations[v] = std > 0 ? std : 1;
        }
        return new Scaler(table.columns(), List.of(means), List.of(deviations));
    }

    /** The table on the standard scale, [N, V] row by row, rounded once to 32 bits. */
    public float[] standardise(SeriesTable table) {
        if (!table.columns().equals(columns)) {
            throw new IllegalArgumentException("expected columns " + columns + " but was " + table.columns());
        }
        int width = columns.size();
        float[] rows = new float[table.rows() * width];
        for (int v = 0; v < width; v++) {
            double center = mean.get(v);
            double scale = std.get(v);
            for (int i = 0; i < table.rows(); i++) {
                rows[i * width + v] = (float) ((table.values()[v][i] - center) / scale);
            }
        }
        return rows;
    }
}
