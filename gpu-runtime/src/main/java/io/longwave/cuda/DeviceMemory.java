package io.longwave.cuda;

/** A piece of a device's memory. It is given back by {@link #close}, or when nothing refers to it any more. */
public interface DeviceMemory extends AutoCloseable {
    /** Where it starts, as kernels see it. */
    long address();

    long bytes();

    /** Gives it back once all work queued so far is done. Closing twice changes nothing. */
    @Override
    void close();
}
