package io.longwave.cuda;

/**
 * What a device can hold and run.
 *
 * @param name as the driver gives it
 * @param major of the compute capability
 * @param minor of the compute capability
 * @param multiprocessors that run blocks side by side
 * @param sharedBytesPerBlock the most that a block may ask for
 * @param memoryBytes of the device
 */
public record DeviceProperties(String name, int major, int minor, int multiprocessors, int sharedBytesPerBlock, long memoryBytes) {}
