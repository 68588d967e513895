package io.longwave.ingest.stream;

import java.util.concurrent.atomic.AtomicLong;

/** What all requests together hold in memory, with a limit: a request that would pass it is turned away instead of filling the heap. */
public final class InFlightBytes {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    public InFlightBytes(long limit) {
        this.limit = limit;
    }

    /** Held now. */
    public long used() {
        return used.get();
    }

    /** A share of one request, empty at first. */
    public Share open() {
        return new Share();
    }

    /** What one request holds. Used by one thread; closing gives everything back. */
    public final class Share implements AutoCloseable {
        private long held;

        private Share() {}

        /**
         * Asks for more.
         *
         * @throws InFlightExceededException if all requests together would pass the limit; nothing is taken then
         */
        public void grow(long bytes) {
            if (used.addAndGet(bytes) > limit) {
                used.addAndGet(-bytes);
                throw new InFlightExceededException(held + bytes > limit, limit);
            }
            held += bytes;
        }

        /** Gives back a part. */
        public void shrink(long bytes) {
            used.addAndGet(-bytes);
            held -= bytes;
        }

        @Override
        public void close() {
            used.addAndGet(-held);
            held = 0;
        }
    }
}
