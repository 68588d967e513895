package io.longwave.cuda.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/**
 * Pinned memory that arrays pass through on their way to a device and back: the driver copies from it while the caller goes on. Two pieces take
 * turns, so that one is filled while the other is on its way. Used by the thread of the {@link CommandQueue} only.
 */
final class Staging {
    private static final int BYTES = 4 << 20;
    private static final int PIECES = 2;
    private static final int DISABLE_TIMING = 2;

    private final CUstream stream;
    private final Pointer[] pinned = new Pointer[PIECES];
    private final ByteBuffer[] buffers = new ByteBuffer[PIECES];
    private final CUevent[] copied = new CUevent[PIECES];
    private int next;

    Staging(CUstream stream) {
        this.stream = stream;
        for (int i = 0; i < PIECES; i++) {
            pinned[i] = new Pointer();
            Status.require(JCudaDriver.cuMemHostAlloc(pinned[i], BYTES, 0), "cuMemHostAlloc");
            buffers[i] = pinned[i].getByteBuffer(0, BYTES).order(ByteOrder.nativeOrder());
            copied[i] = new CUevent();
            Status.require(JCudaDriver.cuEventCreate(copied[i], DISABLE_TIMING), "cuEventCreate");
            Status.require(JCudaDriver.cuEventRecord(copied[i], stream), "cuEventRecord");
        }
    }

    /** One array seen as pieces of bytes. */
    interface Mover {
        void move(ByteBuffer piece, int from, int count);
    }

    /** Sends {@code count} numbers of four bytes. Returns when the array has been read. */
    void send(int count, CUdeviceptr target, Mover fromArray) {
        int most = BYTES / Float.BYTES;
        for (int from = 0; from < count; from += most) {
            int part = Math.min(most, count - from);
            int piece = next;
            next = (next + 1) % PIECES;
            Status.require(JCudaDriver.cuEventSynchronize(copied[piece]), "cuEventSynchronize");
            fromArray.move(buffers[piece].clear(), from, part);
            Status.require(JCudaDriver.cuMemcpyHtoDAsync(target.withByteOffset((long) from * Float.BYTES), pinned[piece],
                    (long) part * Float.BYTES, stream), "cuMemcpyHtoDAsync");
            Status.require(JCudaDriver.cuEventRecord(copied[piece], stream), "cuEventRecord");
        }
    }

    /** Fetches {@code count} numbers of four bytes, after all work queued before. */
    void fetch(int count, CUdeviceptr source, Mover intoArray) {
        int most = BYTES / Float.BYTES;
        for (int from = 0; from < count; from += most) {
            int part = Math.min(most, count - from);
            Status.require(JCudaDriver.cuEventSynchronize(copied[0]), "cuEventSynchronize");
            Status.require(JCudaDriver.cuMemcpyDtoHAsync(pinned[0], source.withByteOffset((long) from * Float.BYTES),
                    (long) part * Float.BYTES, stream), "cuMemcpyDtoHAsync");
            Status.require(JCudaDriver.cuStreamSynchronize(stream), "waiting for the device");
            intoArray.move(buffers[0].clear(), from, part);
        }
    }
}
