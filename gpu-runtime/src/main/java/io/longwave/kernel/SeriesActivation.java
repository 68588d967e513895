package io.longwave.kernel;

/**
 * Activations of a layer for one sample of each of many series. Float32 in every set of kernels, and with the same bits in every one, as
 * {@link DiagonalStep} promises it: each number goes its own way, whatever is beside it. Allocates nothing and starts no threads.
 */
public interface SeriesActivation {

    /**
     * x ← x Φ(x), as {@link FloatGelu} says.
     *
     * @param size so many first numbers
     */
    void gelu(float[] x, int size);

    /**
     * Gated linear unit y += a σ(b), with σ of {@link FloatDecay}.
     *
     * @param x a over b, [2H, S], that is 2 {@code size} numbers
     * @param y [H, S], in and out
     * @param size H S
     */
    void addGated(float[] x, float[] y, int size);

    /**
     * Norm over the channels of each series, y = gain (x − m) r + bias as {@link ChannelNormalization}, sums over channels upward in float32.
     *
     * @param x [H, S], series fastest
     * @param gain,bias [H]
     * @param y [H, S], out; may be {@code x}
     */
    void normalize(ChannelNormalization.Kind kind, float[] x, float epsilon, float[] gain, float[] bias, float[] y, int series);

    /** Checks the arrays of {@link #normalize}. */
    static void check(float[] x, float[] gain, float[] bias, float[] y, int series) {
        if (bias.length != gain.length || gain.length == 0) {
            throw new IllegalArgumentException("bias: expected " + gain.length + " numbers, at least one, but was " + bias.length);
        }
        DiagonalStep.requireRoom("x", x, (long) gain.length * series);
        DiagonalStep.requireRoom("y", y, (long) gain.length * series);
    }
}
