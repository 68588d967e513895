package io.longwave.kernel;

import java.util.List;

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

    /**
     * Updates all tensors of a model, each as {@link #update(Tensor, Tensor, Tensor, Tensor, Settings, long)} does, by gradients that together have a
     * Euclidean norm of at most {@code maxNorm}: longer ones are scaled down to it, all by one factor; Pascanu et al., arXiv:1211.5063, algorithm 1.
     * The gradients themselves stay as they are.
     *
     * @param step t, counted from 1
     * @param maxNorm above 0; infinite for gradients of any norm
     * @param norm [1], gets the norm of the gradients where {@code maxNorm} is finite
     */
    void update(List<Moved> tensors, long step, double maxNorm, Tensor norm);

    /**
     * One tensor of a model with what moves it.
     *
     * @param parameter,gradient,first,second of one shape; no tensor is in a list twice
     */
    record Moved(Tensor parameter, Tensor gradient, Tensor first, Tensor second, Settings settings) {}

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

    static void check(List<Moved> tensors, long step, double maxNorm, Tensor norm) {
        for (Moved moved : tensors) {
            check(moved.parameter, moved.gradient, moved.first, moved.second, step);
        }
        if (!(maxNorm > 0)) {
            throw new IllegalArgumentException("largest gradient norm: expected above 0 but was " + maxNorm);
        }
        norm.requireShape("norm", 1);
    }
}
