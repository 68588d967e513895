package io.longwave.kernel.cuda;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.CudaDevice;
import io.longwave.cuda.Recording;
import io.longwave.kernel.KernelSequence;

/** Calls that are made one by one the first time, recorded the second and replayed from then on: what is run once is not worth a recording. */
final class RecordedSequence implements KernelSequence {
    private final CudaDevice device;
    private final Runnable calls;
    private boolean ran;
    private @Nullable Recording recording;

    RecordedSequence(CudaDevice device, Runnable calls) {
        this.device = device;
        this.calls = calls;
    }

    @Override
    public void run() {
        if (!ran) {
            ran = true; // coefficients that go to the device once are there after this
            calls.run();
            return;
        }
        Recording recorded = recording;
        if (recorded == null) {
            recorded = device.record(calls);
            recording = recorded;
        }
        recorded.replay();
    }

    @Override
    public void close() {
        if (recording != null) {
            recording.close();
            recording = null;
        }
    }
}
