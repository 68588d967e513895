package io.longwave.bench.convolution;

import java.util.List;
import java.util.function.Supplier;

/** Causal convolution of u [H, B, N] with a kernel [H, N] in one library; the spectrum of each kernel is made once per call. */
interface Convolver extends AutoCloseable {

    String name();

    void convolve();

    /** y [H, B, N] of the last call. */
    float[] result();

    @Override
    void close();

    /** Every library for one problem. */
    static List<Supplier<Convolver>> all(Problem problem, int threads) {
        return List.of(() -> new LongwaveConvolver(problem, threads), () -> new LibtorchConvolver(problem),
                () -> new JTransformsConvolver(problem, threads));
    }
}
