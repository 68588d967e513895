package io.longwave.cuda;

import org.jspecify.annotations.Nullable;

/**
 * A device with one queue of work. Launches and copies run in the order they were given; a launch returns before it has run, a download when it is
 * there. Safe for use by several threads, of any kind.
 */
public interface CudaDevice {
    DeviceProperties properties();

    /**
     * Memory with undefined contents.
     *
     * @throws DeviceOutOfMemoryException if the device has no such piece left; what it holds stays good
     */
    DeviceMemory allocate(long bytes);

    /** Sets every byte to zero. */
    void clear(DeviceMemory target);

    /** Copies a whole array in, to the start of {@code target}; the array may be changed at once afterwards. */
    void upload(float[] source, DeviceMemory target);

    /** As {@link #upload(float[], DeviceMemory)}. */
    void upload(int[] source, DeviceMemory target);

    /** Fills a whole array from the start of {@code source}. */
    void download(DeviceMemory source, float[] target);

    /** Copies the first {@code bytes} from one piece to another. */
    void copy(DeviceMemory source, DeviceMemory target, long bytes);

    /**
     * Queues a kernel.
     *
     * @param kernel name of an {@code extern "C"} function of the kernel sources
     * @param arguments one per parameter: {@link DeviceMemory}, {@link PointerTable} or null for a pointer, {@link Integer}, {@link Long},
     *        {@link Float}
     * @throws CudaException if there is no such kernel or the device has failed before
     */
    void launch(String kernel, LaunchShape shape, @Nullable Object... arguments);

    /**
     * Records work that recurs, without running it: a replay costs one call however many launches it holds. What other threads queue meanwhile
     * runs and is no part of it. Arguments are fixed at the recording: the same memory, the same numbers.
     *
     * @param work queues launches, clears and copies within the device, from the calling thread; it may allocate, and give back what it allocated
     * @throws CudaException if {@code work} uploads, downloads or waits, or the device refuses the recording
     * @throws IllegalStateException within another recording
     */
    Recording record(Runnable work);

    /** Waits for all work queued so far. @throws CudaException if any of it failed */
    void synchronize();
}
