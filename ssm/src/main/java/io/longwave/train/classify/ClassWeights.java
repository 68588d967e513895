package io.longwave.train.classify;

import java.util.List;

/** How much each class counts in training, so that rare ones are learnt; weights have mean 1 over the training rows. */
public final class ClassWeights {

    private ClassWeights() {}

    /** Rows of each class, [C]. */
    public static int[] counts(List<LabelledSequence> sequences, int classes) {
        int[] counts = new int[classes];
        for (LabelledSequence sequence : sequences) {
            counts[sequence.label()]++;
        }
        return counts;
    }

    /**
     * Weights ∝ count^(-power): power 0 counts rows alike, 1 classes alike, 1/2 is between.
     *
     * @param counts [C]; a class without rows gets weight 0
     * @param power 0 to 1
     */
    public static double[] inverse(int[] counts, double power) {
        if (!(power >= 0 && power <= 1)) {
            throw new IllegalArgumentException("power: expected 0 to 1 but was " + power);
        }
        double[] weights = new double[counts.length];
        for (int c = 0; c < counts.length; c++) {
            weights[c] = counts[c] == 0 ? 0 : Math.pow(counts[c], -power);
        }
        return normalised(weights, counts);
    }

    /**
     * Weights ∝ (1 - β) / (1 - β^count), the inverse of the effective number of rows: Cui et al. 2019, "Class-Balanced Loss Based on Effective Number of Samples",
     * arXiv:1901.05555.
     *
     * @param counts [C]; a class without rows gets weight 0
     * @param beta 0 to below 1; 0 counts rows alike, near 1 classes alike
     */
    public static double[] effectiveNumber(int[] counts, double beta) {
        if (!(beta >= 0 && beta < 1)) {
            throw new IllegalArgumentException("beta: expected 0 or more and below 1 but was " + beta);
        }
        double[] weights = new double[counts.length];
        for (int c = 0; c < counts.length; c++) {
            weights[c] = counts[c] == 0 ? 0 : (1 - beta) / (1 - Math.pow(beta, counts[c]));
        }
        return normalised(weights, counts);
    }

    private static double[] normalised(double[] weights, int[] counts) {
        double sum = 0;
        long rows = 0;
        for (int c = 0; c < counts.length; c++) {
            sum += weights[c] * counts[c];
            rows += counts[c];
        }
        if (rows == 0) {
            throw new IllegalArgumentException("expected training rows but no class has any");
        }
        for (int c = 0; c < weights.length; c++) {
            weights[c] *= rows / sum;
        }
        return weights;
    }
}
