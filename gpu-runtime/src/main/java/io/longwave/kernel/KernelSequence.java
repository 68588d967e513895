package io.longwave.kernel;

/**
 * Kernel calls that recur on the same tensors, as {@link Kernels#sequence} makes them. Confined to one thread at a time; the tensors are the
 * caller's, and what is in them may change between runs.
 */
public interface KernelSequence extends AutoCloseable {
    /** Makes all the calls once. */
    void run();

    /** Gives back what was kept for running it again. */
    @Override
    void close();

    /** A sequence that makes its calls one by one each time. */
    static KernelSequence of(Runnable calls) {
        return new KernelSequence() {
            @Override
            public void run() {
                calls.run();
            }

            @Override
            public void close() {
                // Nothing was kept.
            }
        };
    }
}
