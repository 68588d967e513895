package io.longwave.kernel;

import io.longwave.tensor.Tensor;

/**
 * What stands behind a layer of a residual block, for one sample of each of S series: y += GLU(W gelu(x) + bias), that is {@link SeriesActivation#gelu},
 * {@link SeriesLinear} and {@link SeriesActivation#addGated} one after another, and with their bits. Allocates nothing and starts no threads.
 */
public interface SeriesMixing {

    /**
     * Adds to y.
     *
     * @param weight W, [2M, D]: M values over their M gates
     * @param bias [2M]
     * @param x [D, S], series fastest; undefined afterwards
     * @param between [2M, S], undefined afterwards
     * @param y [M, S], in and out; none of the others
     * @param series S, at least 0
     * @throws IllegalArgumentException if a tensor is smaller than M, D and S ask for; nothing is written then
     */
    void add(Tensor weight, Tensor bias, Tensor x, Tensor between, Tensor y, int series);

    /** Checks the tensors and returns M. */
    static int check(Tensor weight, Tensor bias, Tensor x, Tensor between, Tensor y, int series) {
        SeriesLinear.check(weight, bias, x, between, series);
        if (weight.dim(0) % 2 != 0) {
            throw new IllegalArgumentException("weight: expected as many gates as values but was " + weight.shape());
        }
        int outputs = weight.dim(0) / 2;
        DiagonalStep.requireRoom("y", y, (long) outputs * series);
        return outputs;
    }

    /** The three one after another. */
    static SeriesMixing of(SeriesLinear linear, SeriesActivation activation) {
        return (weight, bias, x, between, y, series) -> {
            int outputs = check(weight, bias, x, between, y, series);
            activation.gelu(x, weight.dim(1) * series);
            linear.apply(weight, bias, x, between, series);
            activation.addGated(between, y, outputs * series);
        };
    }
}
