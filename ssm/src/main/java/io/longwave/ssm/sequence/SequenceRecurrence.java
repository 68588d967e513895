package io.longwave.ssm.sequence;

import io.longwave.tensor.Tensor;

/**
 * A layer one sample at a time, over many series at once. Float32 with lane-wise add, mul and fma only and one fixed order, so that the
 * bits of a series depend neither on the JIT nor on which series are stepped with it. Layout is series-fastest. Immutable and safe to share.
 */
public interface SequenceRecurrence {

    /** H, channels in and out. */
    int channels();

    /** Numbers of state per series; zeros are the state before the first sample. */
    int stateSize();

    /**
     * Series that will be stepped together, none of which has seen a sample.
     *
     * @param series S, at least 1
     */
    Cohort start(int series);

    /** The states of S series in the memory of the layer's kernels, with what their steps need beside them. Confined to one thread at a time. */
    interface Cohort {

        /**
         * One sample of each series. Allocates nothing.
         *
         * @param u [H, S]
         * @param y [H, S], out; may be {@code u}
         */
        void step(Tensor u, Tensor y);

        /** Sets the states, [stateSize, S]. @throws IllegalArgumentException if there are more or fewer numbers */
        void write(float[] states);

        /** Copies the states out, [stateSize, S]. @throws IllegalArgumentException if there is room for more or fewer numbers */
        void read(float[] states);

        /** Whether a step is calls of kernels only, the same ones each time, as {@link io.longwave.kernel.Kernels#sequence} takes them. */
        boolean sequence();
    }
}
