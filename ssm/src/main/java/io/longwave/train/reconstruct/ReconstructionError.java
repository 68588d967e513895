package io.longwave.train.reconstruct;

import java.util.Arrays;

/**
 * Squared error of every value, averaged over the windows that cover its row.
 *
 * @param squares [N, V], standardised
 * @param variates V
 */
@SuppressWarnings("ArrayRecordComponent") // errors are read, never compared
public record ReconstructionError(float[] squares, int variates) {

    /** Reconstructs all windows; the last batch is filled up with copies of the last window. */
    public static ReconstructionError of(TrainableReconstructor model, RowWindows windows, int batch) {
        int variates = windows.variates();
        int size = windows.window() * variates;
        int total = windows.windows();
        int largest = Math.min(batch, total);
        float[] in = new float[largest * size];
        float[] out = new float[largest * size];
        float[] squares = new float[windows.count() * variates];
        int[] seen = new int[windows.count()];
        for (int from = 0; from < total; from += largest) {
            int real = Math.min(largest, total - from);
            for (int b = 0; b < largest; b++) {
                windows.copy(from + Math.min(b, real - 1), in, b * size);
            }
            model.reconstruct(in, largest, out);
            for (int b = 0; b < real; b++) {
                int start = windows.start(from + b);
                for (int l = 0; l < windows.window(); l++) {
                    seen[start + l]++;
                }
                for (int i = 0; i < size; i++) {
                    float error = in[b * size + i] - out[b * size + i];
                    squares[start * variates + i] += error * error;
                }
            }
        }
        for (int n = 0; n < seen.length; n++) {
            for (int v = 0; v < variates; v++) {
                squares[n * variates + v] /= seen[n];
            }
        }
        return new ReconstructionError(squares, variates);
    }

    /** N. */
    public int rows() {
        return squares.length / variates;
    }

    /** Mean over rows of each column, [V]. */
    public double[] ofColumns() {
        double[] means = new double[variates];
        for (int i = 0; i < squares.length; i++) {
            means[i % variates] += squares[i];
        }
        for (int v = 0; v < variates; v++) {
            means[v] /= rows();
        }
        return means;
    }

    /** Mean over rows and columns. */
    public double mean() {
        return Arrays.stream(ofColumns()).average().orElse(Double.NaN);
    }

    /** Score of every row, [N]: its mean over columns. */
    public double[] scores() {
        double[] same = new double[variates];
        Arrays.fill(same, 1);
        return scores(same);
    }

    /**
     * Score of every row, [N]: its weighted mean over columns.
     *
     * @param weights [V], not negative
     */
    public double[] scores(double[] weights) {
        double sum = Arrays.stream(weights).sum();
        double[] scores = new double[rows()];
        for (int n = 0; n < scores.length; n++) {
            double score = 0;
            for (int v = 0; v < variates; v++) {
                score += weights[v] * squares[n * variates + v];
            }
            scores[n] = score / sum;
        }
        return scores;
    }
}
