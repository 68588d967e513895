package io.longwave.train;

import java.util.List;

/** What the training loop and a checkpoint need of any model: its weights and what a resumed training needs beside them. */
public interface TrainableModel {

    /** Copies of all weights and fixed buffers by name: what a checkpoint of the model holds. */
    List<NamedTensor> weights();

    /**
     * Copies all weights and fixed buffers into the arrays of an earlier {@link #weights()}, so that a loop that asks after every step need not make
     * new ones.
     *
     * @param into what that call gave, in its order
     */
    default void copyWeights(List<NamedTensor> into) {
        List<NamedTensor> now = weights();
        for (int t = 0; t < now.size(); t++) {
            System.arraycopy(now.get(t).values(), 0, into.get(t).values(), 0, now.get(t).values().length);
        }
    }

    /**
     * Replaces all weights and buffers.
     *
     * @throws IllegalArgumentException if a name is missing or unknown or a shape differs, naming what was expected and found
     */
    void setWeights(List<NamedTensor> weights);

    /** Copies of everything else a resumed training needs for the same bits: optimiser moments, step count, dropout generator. */
    List<NamedTensor> trainingState();

    /** Replaces what {@link #trainingState()} gave. */
    void setTrainingState(List<NamedTensor> state);

    /**
     * Settings of one step.
     *
     * @param learningRate of this step
     * @param weightDecay decoupled, as in AdamW
     */
    record OptimizerStep(double learningRate, double weightDecay) {}

    /**
     * A tensor on its way to or from a file.
     *
     * @param shape row-major, last axis fastest
     * @param values owned by the receiver
     */
    record NamedTensor(String name, List<Integer> shape, float[] values) {
        public NamedTensor {
            shape = List.copyOf(shape);
            long size = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
            if (size != values.length) {
                throw new IllegalArgumentException(
                        "tensor " + name + ": expected " + size + " values for shape " + shape + " but was " + values.length);
            }
        }

        /**
         * Removes the tensor of this name from a list and returns it.
         *
         * @throws IllegalArgumentException if there is none, naming those found
         */
        static NamedTensor take(List<NamedTensor> tensors, String name) {
            NamedTensor found = tensors.stream().filter(tensor -> tensor.name().equals(name)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("expected a tensor '" + name + "' but found "
                            + tensors.stream().map(NamedTensor::name).toList()));
            tensors.remove(found);
            return found;
        }
    }
}
