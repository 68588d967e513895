package io.longwave.cuda.driver;

import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.longwave.cuda.CudaException;
import io.longwave.cuda.DeviceMemory;
import io.longwave.cuda.DeviceOutOfMemoryException;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * Keeps pieces of memory for reuse. A piece that was given back can be handed out at once, because all work of the device runs in one order: what
 * the next owner queues runs after what the last one queued. Tensors give theirs back when the garbage collector finds them; when memory is short
 * the collector is asked and all free pieces are returned to the driver before an allocation fails.
 */
final class MemoryPool {
    static final Cleaner CLEANER = Cleaner.create();
    private static final long SMALLEST = 512;
    private static final int ATTEMPTS = 6;
    private static final long FIRST_PAUSE_MILLIS = 10;

    private final CommandQueue queue;
    private final TreeMap<Long, Deque<Address>> free = new TreeMap<>();

    MemoryPool(CommandQueue queue) {
        this.queue = queue;
    }

    /** A pointer of the driver with its number made visible. */
    static final class Address extends CUdeviceptr {
        long value() {
            return getNativePointer();
        }
    }

    /** Memory in use, by its piece and by the recordings that touch it; it is free when the last of them has let go. */
    static final class Room {
        private final Address address;
        private final long size;
        private int holders = 1;

        private Room(Address address, long size) {
            this.address = address;
            this.size = size;
        }
    }

    /** A piece in use. */
    static final class Piece implements DeviceMemory {
        private final Room room;
        private final long bytes;
        private final Cleaner.Cleanable cleanable;

        private Piece(MemoryPool pool, Address address, long size, long bytes) {
            Room taken = new Room(address, size);
            this.room = taken;
            this.bytes = bytes;
            this.cleanable = CLEANER.register(this, () -> pool.release(taken));
        }

        CUdeviceptr pointer() {
            return room.address;
        }

        @Override
        public long address() {
            return room.address.value();
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void close() {
            cleanable.clean();
        }
    }

    /** Sizes are rounded up to an eighth of a power of two, so that tensors of nearly one size share pieces. */
    static long rounded(long bytes) {
        if (bytes <= SMALLEST) {
            return SMALLEST;
        }
        long step = Math.max(SMALLEST, Long.highestOneBit(bytes - 1) / 8);
        return (bytes + step - 1) / step * step;
    }

    /** @throws DeviceOutOfMemoryException if there is no room even when all that is unused is given back */
    DeviceMemory allocate(long bytes) {
        long size = rounded(bytes);
        Address kept = take(size);
        if (kept != null) {
            return new Piece(this, kept, size, bytes);
        }
        long pause = FIRST_PAUSE_MILLIS;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Address fresh = queue.call(() -> {
                Address pointer = new Address();
                int code = JCudaDriver.cuMemAlloc(pointer, size);
                if (code == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
                    return List.<Address>of();
                }
                Status.require(code, "cuMemAlloc of " + size + " bytes");
                return List.of(pointer);
            }).stream().findFirst().orElse(null);
            if (fresh != null) {
                return new Piece(this, fresh, size, bytes);
            }
            trim();
            System.gc(); // tensors that nobody holds any more still hold memory of the device
            pause(pause);
            pause *= 2;
            kept = take(size);
            if (kept != null) {
                return new Piece(this, kept, size, bytes);
            }
        }
        long[] left = new long[1];
        long[] total = new long[1];
        queue.call(() -> JCudaDriver.cuMemGetInfo(left, total));
        throw new DeviceOutOfMemoryException(bytes, left[0], total[0]);
    }

    private synchronized @Nullable Address take(long size) {
        Deque<Address> pieces = free.get(size);
        return pieces == null ? null : pieces.pollLast();
    }

    /** Keeps the memory of a piece from other use, beside the piece itself, until it is {@linkplain #release released}. */
    synchronized Room hold(Piece piece) {
        if (piece.room.holders == 0) {
            throw new CudaException("recording: memory of " + piece.bytes + " bytes was given back before it was used");
        }
        piece.room.holders++;
        return piece.room;
    }

    synchronized void release(Room room) {
        room.holders--;
        if (room.holders == 0) {
            free.computeIfAbsent(room.size, _ -> new ArrayDeque<>()).addLast(room.address);
        }
    }

    /** Returns all free pieces to the driver, which waits for the work that uses them. */
    private void trim() {
        List<Address> all = new ArrayList<>();
        synchronized (this) {
            free.values().forEach(all::addAll);
            free.clear();
        }
        queue.call(() -> {
            Status.require(JCudaDriver.cuCtxSynchronize(), "cuCtxSynchronize");
            for (Address address : all) {
                Status.require(JCudaDriver.cuMemFree(address), "cuMemFree");
            }
            return true;
        });
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
