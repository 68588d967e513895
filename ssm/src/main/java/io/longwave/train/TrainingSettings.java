package io.longwave.train;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a model is trained.
 *
 * @param batch windows or sequences per optimiser step
 * @param maxEpochs passes over the training examples at most
 * @param patience epochs without a better validation score after which training stops
 * @param schedule learning rate over the epochs
 * @param weightDecay decoupled, as in AdamW
 * @param averaging decay per step of an exponential average of the weights that is validated and kept in their place; 0 means no averaging
 * @param validationStride every how many validation examples one is looked at when choosing the best epoch; 1 means all
 * @param maxDuration wall clock after which training stops and keeps the best so far, counted over resumed runs together
 */
public record TrainingSettings(int batch, int maxEpochs, int patience, LearningRateSchedule schedule, double weightDecay, double averaging,
        int validationStride, Duration maxDuration) {

    public TrainingSettings {
        requirePositive("batch", batch);
        requirePositive("maxEpochs", maxEpochs);
        requirePositive("patience", patience);
        requirePositive("validationStride", validationStride);
        if (!(weightDecay >= 0)) {
            throw new IllegalArgumentException("weightDecay must not be negative: " + weightDecay);
        }
        if (!(averaging >= 0 && averaging < 1)) {
            throw new IllegalArgumentException("averaging must lie in [0, 1): " + averaging);
        }
        if (maxDuration.isNegative() || maxDuration.isZero()) {
            throw new IllegalArgumentException("maxDuration must be positive: " + maxDuration);
        }
    }

    /** Batch 50, AdamW at 1e-3 with decay 1e-4 as SpaceTime was published, a short run of at most 15 minutes. */
    public static TrainingSettings defaults() {
        return new TrainingSettings(50, 20, 5, new LearningRateSchedule.Constant(1e-3), 1e-4, 0, 1, Duration.ofMinutes(15));
    }

    /** A copy with changes. */
    public TrainingSettings with(Consumer<Builder> changes) {
        Builder builder = new Builder(this);
        changes.accept(builder);
        return builder.build();
    }

    /** Mutable twin used by {@link #with}. */
    public static final class Builder {
        public int batch;
        public int maxEpochs;
        public int patience;
        public LearningRateSchedule schedule;
        public double weightDecay;
        public double averaging;
        public int validationStride;
        public Duration maxDuration;

        private Builder(TrainingSettings from) {
            batch = from.batch;
            maxEpochs = from.maxEpochs;
            patience = from.patience;
            schedule = from.schedule;
            weightDecay = from.weightDecay;
            averaging = from.averaging;
            validationStride = from.validationStride;
            maxDuration = from.maxDuration;
        }

        private TrainingSettings build() {
            return new TrainingSettings(batch, maxEpochs, patience, schedule, weightDecay, averaging, validationStride, maxDuration);
        }
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1: " + value);
        }
    }
}
