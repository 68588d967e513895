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
 * turns, so that one is filled while the other is on its way; small arrays share a piece, one behind the other, and none of them waits for the
 * device. Used by the thread of the {@link CommandQueue} only.
 */
final class Staging {
    private static final int BYTES = 4 << 20;
    private static final int PIECES = 2;
    private static final int DISABLE_TIMING = 2;
    /** Arrays in a piece start on multiples of this. */
    private static final int ALIGNMENT = 256;

    /** The piece for the way back, which is free again when a fetch returns. */
    private static final int BACK = PIECES;

    private final CUstream stream;
    private final Pointer[] pinned = new Pointer[PIECES + 1];
    private final ByteBuffer[] buffers = new ByteBuffer[PIECES + 1];
    private final CUevent[] copied = new CUevent[PIECES];
    private int current;
    /** Bytes of the current piece that are spoken for. */
    private int used;

    Staging(CUstream stream) {
        this.stream = stream;
        for (int i = 0; i < pinned.length; i++) {
            pinned[i] = new Pointer();
            Status.require(JCudaDriver.cuMemHostAlloc(pinned[i], BYTES, 0), "cuMemHostAlloc");
            buffers[i] = pinned[i].getByteBuffer(0, BYTES).order(ByteOrder.nativeOrder());
        }
        for (int i = 0; i < PIECES; i++) {
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
            int at = room(part * Float.BYTES);
            fromArray.move(buffers[current].clear().position(at).slice().order(ByteOrder.nativeOrder()), from, part);
            Status.require(
                    JCudaDriver.cuMemcpyHtoDAsync(target.withByteOffset((long) from * Float.BYTES), pinned[current].withByteOffset(at),
                            (long) part * Float.BYTES, stream),
                    "cuMemcpyHtoDAsync");
        }
    }

    /** Where the current piece has room; moves on to the next where it has not, once the device has read what that holds. */
    private int room(int bytes) {
        if (used + bytes > BYTES) {
            Status.require(JCudaDriver.cuEventRecord(copied[current], stream), "cuEventRecord");
            current = (current + 1) % PIECES;
            used = 0;
            Status.require(JCudaDriver.cuEventSynchronize(copied[current]), "cuEventSynchronize");
        }
        int at = used;
        used = Math.min(BYTES, (used + bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        return at;
    }

    /** Fetches {@code count} numbers of four bytes, after all work queued before. */
    void fetch(int count, CUdeviceptr source, Mover intoArray) {
        int most = BYTES / Float.BYTES;
        for (int from = 0; from < count; from += most) {
            int part = Math.min(most, count - from);
            Status.require(JCudaDriver.cuMemcpyDtoHAsync(pinned[BACK], source.withByteOffset((long) from * Float.BYTES),
                    (long) part * Float.BYTES, stream), "cuMemcpyDtoHAsync");
            Status.require(JCudaDriver.cuStreamSynchronize(stream), "waiting for the device");
            intoArray.move(buffers[BACK].clear(), from, part);
        }
    }
}
