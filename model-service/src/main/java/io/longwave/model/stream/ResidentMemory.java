package io.longwave.model.stream;

import java.util.concurrent.atomic.AtomicInteger;

/** Memory for the series of this instance, in equal shares for the partitions that it has claimed. Safe for many threads. */
final class ResidentMemory {
    private final long bytes;
    private final AtomicInteger partitions = new AtomicInteger();

    ResidentMemory(long bytes) {
        this.bytes = bytes;
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
