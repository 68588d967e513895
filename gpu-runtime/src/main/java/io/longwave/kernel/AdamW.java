package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/** Adam with decoupled weight decay, Loshchilov and Hutter, arXiv:1711.05101, algorithm 2. */
public interface AdamW {

    /**
     * p ← p (1 − lr · decay); m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; p ← p − lr (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).
     *
     * @param parameter p, gradient g, first moment m, second moment v: one shape
     * @param step t, counted from 1
     */
    void update(Tensor parameter, Tensor gradient, Tensor first, Tensor second, Settings settings, long step);

    /** Numbers of one update. */
    record Settings(double learningRate, double weightDecay, double beta1, double beta2, double epsilon) {
        public Settings {
            if (!(learningRate >= 0) || !(weightDecay >= 0) || !(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1) || !(epsilon > 0)) {
                throw new IllegalArgumentException("AdamW: learning rate and decay at least 0, betas in [0, 1), epsilon above 0, but was "
                        + learningRate + ", " + weightDecay + ", " + beta1 + ", " + beta2 + ", " + epsilon);
            }
        }

        /** Betas 0.9 and 0.999, epsilon 1e-8. */
        public static Settings of(double learningRate, double weightDecay) {
            return new Settings(learningRate, weightDecay, 0.9, 0.999, 1e-8);
        }
    }

    static void check(Tensor parameter, Tensor gradient, Tensor first, Tensor second, long step) {
        int[] dims = parameter.shape().toArray();
        gradient.requireShape("gradient", dims);
        first.requireShape("first moment", dims);
        second.requireShape("second moment", dims);
        if (step < 1) {
            throw new IllegalArgumentException("steps count from 1 but was " + step);
        }
    }
}
