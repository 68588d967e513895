package io.longwave.kernel;

import org.jspecify.annotations.Nullable;

/**
 * A linear layer over channels for one sample of each of S series: y = W x + bias. Float32 in every set of kernels, and with the same bits in
 * every one, as {@link DiagonalStep} promises it: bias first, then channels upward. Allocates nothing and starts no threads.
 */
public interface SeriesLinear {

    /**
     * @param weight W, [M, D]
     * @param bias [M]; null for none
     * @param inputs D
     * @param x [D, S], series fastest
     * @param y [M, S], out; not {@code x}
     * @param series S, at least 0
     * @throws IllegalArgumentException if an array is shorter than M, D and S ask for; nothing is written then
     */
    void apply(float[] weight, float @Nullable [] bias, int inputs, float[] x, float[] y, int series);

    /** Checks the arrays and returns M. */
    static int check(float[] weight, float @Nullable [] bias, int inputs, float[] x, float[] y, int series) {
        if (inputs < 1 || weight.length % inputs != 0 || series < 0) {
            throw new IllegalArgumentException(
                    "weight: expected rows of " + inputs + " inputs, at least one, for at least 0 series but was "
                            + weight.length + " numbers for " + series + " series");
        }
        int outputs = weight.length / inputs;
        if (bias != null && bias.length != outputs) {
            throw new IllegalArgumentException("bias: expected " + outputs + " numbers but was " + bias.length);
        }
        DiagonalStep.requireRoom("x", x, (long) inputs * series);
        DiagonalStep.requireRoom("y", y, (long) outputs * series);
        return outputs;
    }
}
