package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/**
 * Cross-entropy of softmax with class weights w and label smoothing ε (Szegedy et al., arXiv:1512.00567, section 7):
 * loss = −Σ_b ((1 − ε) w[y_b] ln p[y_b, b] + ε / C Σ_c w[c] ln p[c, b]) / Σ_b w[y_b].
 */
public interface CrossEntropyLoss {

    /**
     * @param logits [C, B]
     * @param labels y, [B], 0 to C − 1
     * @param probabilities softmax of each column, [C, B], out
     * @param loss [S], the value goes to {@code slot}
     */
    void forward(Tensor logits, int[] labels, Weighting weighting, Tensor probabilities, Tensor loss, int slot);

    /**
     * dlogits times {@code weight}.
     *
     * @param probabilities as {@link #forward} left them
     * @param target [C, B]
     */
    void backward(Tensor probabilities, int[] labels, Weighting weighting, double weight, Tensor target, boolean accumulate);

    /** Softmax alone. */
    void probabilities(Tensor logits, Tensor probabilities);

    /**
     * How classes count.
     *
     * @param smoothing ε in [0, 1)
     * @param classWeights w, [C], or empty for all equal; read only
     */
    record Weighting(double smoothing, double[] classWeights) {
        public static final Weighting PLAIN = new Weighting(0, new double[0]);

        public Weighting {
            if (!(smoothing >= 0 && smoothing < 1)) {
                throw new IllegalArgumentException("label smoothing: expected a number in [0, 1) but was " + smoothing);
            }
        }

        /** w[c]. */
        public double of(int label) {
            return classWeights.length == 0 ? 1 : classWeights[label];
        }
    }

    static void check(Tensor logits, int[] labels, Weighting weighting, Tensor probabilities) {
        logits.requireRank("logits", 2);
        probabilities.requireShape("probabilities", logits.dim(0), logits.dim(1));
        if (labels.length != logits.dim(1)) {
            throw new IllegalArgumentException("labels: expected " + logits.dim(1) + " but was " + labels.length);
        }
        double[] weights = weighting.classWeights();
        if (weights.length > 0 && weights.length != logits.dim(0)) {
            throw new IllegalArgumentException("class weights: expected " + logits.dim(0) + " but was " + weights.length);
        }
        for (int label : labels) {
            if (label < 0 || label >= logits.dim(0)) {
                throw new IllegalArgumentException("label: expected 0 to " + (logits.dim(0) - 1) + " but was " + label);
            }
        }
    }
}
