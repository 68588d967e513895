package io.longwave.model.stream;

import io.longwave.ssm.streaming.StreamingModel;
import java.util.concurrent.atomic.AtomicInteger;

/** Memory for the series of this instance, in equal shares for the partitions that have any in memory. Safe for many threads. */
public final class ResidentMemory {
    private static final double SHARE_OF_HEAP = 0.4;
    /** What a series takes beside its state: its slot, the parts of its key and its places in two maps. */
    private static final int SLOT_BYTES = 800;
    /** A key is held as text and in parts. */
    private static final int BYTES_OF_A_KEYS_CHARACTER = 4;

    private final long bytes;
    private final AtomicInteger partitions = new AtomicInteger();

    ResidentMemory(long bytes) {
        this.bytes = bytes;
    }

    /** What there is for series unless a setting says otherwise. */
    public static long ofHeap(long largestHeap) {
        return (long) (SHARE_OF_HEAP * largestHeap);
    }

    /** What a series takes, about. @param keyLength characters of its canonical key */
    public static long bytesOfSeries(StreamingModel model, int keyLength) {
        return SLOT_BYTES + (long) BYTES_OF_A_KEYS_CHARACTER * keyLength + model.stateBytes();
    }

    void join() {
        partitions.incrementAndGet();
    }

    void leave() {
        partitions.decrementAndGet();
    }

    /** Bytes for one partition now. */
    long share() {
        return bytes / Math.max(1, partitions.get());
    }
}
