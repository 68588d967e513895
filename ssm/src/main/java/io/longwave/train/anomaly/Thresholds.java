package io.longwave.train.anomaly;

import java.util.Arrays;

/** Thresholds fixed from the scores of training rows, before a label is seen. */
public final class Thresholds {

    private Thresholds() {}

    /**
     * The lowest threshold that flags at most the share 1 - q of the training rows.
     *
     * @param trainScores [N], at least one; not changed
     * @param q 0 to 1
     */
    public static double quantile(double[] trainScores, double q) {
        if (!(q >= 0 && q <= 1)) {
            throw new IllegalArgumentException("quantile: expected 0 to 1 but was " + q);
        }
        if (trainScores.length == 0) {
            throw new IllegalArgumentException("quantile: expected at least one training score but was none");
        }
        double[] ascending = trainScores.clone();
        Arrays.sort(ascending);
        // Rows above the score of this rank are at most (1 - q) n; a rounding of q n must not make them one more.
        int rank = (int) Math.ceil(q * ascending.length - 1e-9) - 1;
        return Math.nextUp(ascending[Math.clamp(rank, 0, ascending.length - 1)]);
    }
}
