package io.longwave.cuda;

/** The device has no piece of memory of the size asked for. What is there stays usable. */
public final class DeviceOutOfMemoryException extends CudaException {
    private static final long serialVersionUID = 1L;

    public DeviceOutOfMemoryException(long bytes, long free, long total) {
        super("device memory: expected room for " + bytes + " bytes but " + free + " of " + total
                + " are free; use smaller batches, a smaller model or longwave.backend.preference=cpu");
    }
}
