package io.longwave.train;

import io.longwave.train.TrainableModel.NamedTensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A training between two optimiser steps: all that is needed to go on to the same bits.
 *
 * @param progress where it stands
 * @param weights of the model
 * @param modelState moments, counters and generators of the model
 * @param averaged running average of the weights; empty without averaging or before the first step
 * @param best weights with the best validation score; empty before the first validation
 */
public record TrainingSnapshot(Progress progress, List<NamedTensor> weights, List<NamedTensor> modelState, List<NamedTensor> averaged,
        List<NamedTensor> best) {

    public TrainingSnapshot {
        weights = List.copyOf(weights);
        modelState = List.copyOf(modelState);
        averaged = List.copyOf(averaged);
        best = List.copyOf(best);
    }

    /**
     * The numbers of a training.
     *
     * @param identity of data, model configuration, settings and seed: a snapshot continues only the training it came from
     * @param epoch epochs finished
     * @param batch batches done of the epoch that runs
     * @param lossSum of those batches
     * @param bestEpoch number of the best epoch, from 1; 0 before the first validation
     * @param bestScore its validation score; infinite before the first validation
     * @param seconds of wall clock spent so far
     * @param finished no step is left to do
     * @param history one entry per finished epoch
     */
    public record Progress(String identity, int epoch, int batch, double lossSum, int bestEpoch, double bestScore, double seconds,
            boolean finished, List<Epoch> history) {
        public Progress {
            history = List.copyOf(history);
        }
    }

    /**
     * One finished epoch.
     *
     * @param number from 1
     * @param batches trained in it; fewer than an epoch has when the time was up
     * @param trainLoss mean over its batches
     * @param validationScore what epochs are compared by, lower is better
     * @param validationMetrics for display
     * @param learningRate of its last step
     */
    public record Epoch(int number, int batches, double trainLoss, double validationScore, Map<String, Double> validationMetrics,
            double learningRate) {
        public Epoch {
            validationMetrics = Collections.unmodifiableMap(new LinkedHashMap<>(validationMetrics));
        }
    }

    /** Keeps snapshots so that a kill loses little. */
    public interface Store {

        /** Replaces the snapshot; a kill at any time leaves the old one or the new one. */
        void save(TrainingSnapshot snapshot);

        /** The last one saved. */
        Optional<TrainingSnapshot> load();

        /** Forgets everything. */
        static Store none() {
            return new Store() {
                @Override
                public void save(TrainingSnapshot snapshot) {}

                @Override
                public Optional<TrainingSnapshot> load() {
                    return Optional.empty();
                }
            };
        }
    }
}
