package io.longwave.cuda;

import org.jspecify.annotations.Nullable;

/** A device that counts how often its caller waited for it. */
public final class CountingDevice implements CudaDevice {
    private final CudaDevice device;
    private int waits;

    public CountingDevice(CudaDevice device) {
        this.device = device;
    }

    /** Downloads and synchronizations so far. */
    public int waits() {
        return waits;
    }

    @Override
    public void download(DeviceMemory source, float[] target) {
        waits++;
        device.download(source, target);
    }

    @Override
    public void synchronize() {
        waits++;
        device.synchronize();
    }

    @Override
    public DeviceProperties properties() {
        return device.properties();
    }

    @Override
    public DeviceMemory allocate(long bytes) {
        return device.allocate(bytes);
    }

    @Override
    public void clear(DeviceMemory target) {
        device.clear(target);
    }

    @Override
    public void upload(float[] source, DeviceMemory target) {
        device.upload(source, target);
    }

    @Override
    public void upload(int[] source, DeviceMemory target) {
        device.upload(source, target);
    }

    @Override
    public void copy(DeviceMemory source, DeviceMemory target, long bytes) {
        device.copy(source, target, bytes);
    }

    @Override
    public void launch(String kernel, LaunchShape shape, @Nullable Object... arguments) {
        device.launch(kernel, shape, arguments);
    }

    @Override
    public Recording record(Runnable work) {
        return device.record(work);
    }
}
