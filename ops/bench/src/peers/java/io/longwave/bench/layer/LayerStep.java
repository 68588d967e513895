package io.longwave.bench.layer;

/** Forward and backward pass of one layer on one batch in one library, gradients of all weights and of the input included. */
interface LayerStep extends AutoCloseable {

    String name();

    void step();

    /** y [H, B, L] of the last step. */
    float[] output();

    /** Gradient of C, [H, n, 2], of the last step. */
    float[] gradientOfC();

    @Override
    void close();
}
