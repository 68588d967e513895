package io.longwave.kernel;

import io.longwave.tensor.Tensor;

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
    void gelu(Tensor x, int size);

    /**
     * Gated linear unit y += a σ(b), with σ of {@link FloatDecay}.
     *
     * @param x a over b, [2H, S], that is 2 {@code size} numbers
     * @param y [H, S], in and out
     * @param size H S
     */
    void addGated(Tensor x, Tensor y, int size);

    /**
     * Norm over the channels of each series, y = gain (x − m) r + bias as {@link ChannelNormalization}, sums over channels upward in float32.
     *
     * @param x [H, S], series fastest
     * @param gain,bias [H]
     * @param y [H, S], out; may be {@code x}
     */
    void normalize(ChannelNormalization.Kind kind, Tensor x, float epsilon, Tensor gain, Tensor bias, Tensor y, int series);

    /**
     * Each channel on its own scale, y = gain (x − mean) + bias: a batch norm at work, its gain divided by the running deviation.
     *
     * @param x [H, S], series fastest
     * @param mean,gain,bias [H]
     * @param y [H, S], out; may be {@code x}
     */
    void scale(Tensor x, Tensor mean, Tensor gain, Tensor bias, Tensor y, int series);

    /** Checks the tensors of {@link #normalize}. */
    static void check(Tensor x, Tensor gain, Tensor bias, Tensor y, int series) {
        if (bias.size() != gain.size() || gain.size() == 0) {
            throw new IllegalArgumentException("bias: expected " + gain.size() + " numbers, at least one, but was " + bias.size());
        }
        DiagonalStep.requireRoom("x", x, (long) gain.size() * series);
        DiagonalStep.requireRoom("y", y, (long) gain.size() * series);
    }

    /** Checks the tensors of {@link #scale}. */
    static void check(Tensor x, Tensor mean, Tensor gain, Tensor bias, Tensor y, int series) {
        check(x, gain, bias, y, series);
        if (mean.size() != gain.size()) {
            throw new IllegalArgumentException("mean: expected " + gain.size() + " numbers but was " + mean.size());
        }
    }
}
