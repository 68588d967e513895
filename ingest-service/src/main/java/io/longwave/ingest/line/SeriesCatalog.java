package io.longwave.ingest.line;

import io.longwave.ingest.point.Series;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Series by the bytes that name them, so that a line of a known series costs one look-up instead of splitting, normalising and sorting
 * its tags. Safe for any number of threads.
 *
 * <p>Bounded by bytes in two generations: when the young one is full it becomes the old one and the old one is dropped; what is found in
 * the old one moves to the young one. So a series in use stays, and one that is not goes after two turns.
 */
public final class SeriesCatalog {
    /** Rough heap bytes of an entry besides its texts: map node, key, head, arrays. */
    private static final int ENTRY_OVERHEAD = 320;

    private final long bytesPerGeneration;
    private volatile Generation young = new Generation();
    private volatile Generation old = new Generation();

    private static final class Generation {
        final ConcurrentHashMap<Name, SeriesHead> heads = new ConcurrentHashMap<>();
        final AtomicLong bytes = new AtomicLong();
    }

    /** Bytes of a body, or a copy of them; comparable so that bins of equal hashes stay fast whoever chooses the names. */
    private record Name(String scope, byte[] bytes, int from, int to, int hash) implements Comparable<Name> {
        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Name name && hash == name.hash && scope.equals(name.scope)
                    && Arrays.equals(bytes, from, to, name.bytes, name.from, name.to);
        }

        @Override
        public int compareTo(Name name) {
            int byBytes = Arrays.compareUnsigned(bytes, from, to, name.bytes, name.from, name.to);
            return byBytes != 0 ? byBytes : scope.compareTo(name.scope);
        }
    }

    /** @param maxBytes rough heap bytes of everything kept */
    public SeriesCatalog(long maxBytes) {
        this.bytesPerGeneration = Math.max(1, maxBytes / 2);
    }

    /** Rough heap bytes of everything kept. */
    public long bytes() {
        return young.bytes.get() + old.bytes.get();
    }

    /**
     * The head written in these bytes, if it was kept.
     *
     * @param scope tenant and bucket as one text
     * @param hash of the bytes
     */
    @Nullable
    SeriesHead find(String scope, byte[] body, int from, int to, int hash) {
        Name name = new Name(scope, body, from, to, hash ^ scope.hashCode());
        SeriesHead head = young.heads.get(name);
        if (head != null) {
            return head;
        }
        head = old.heads.get(name);
        if (head != null) {
            keep(name, head);
        }
        return head;
    }

    /** Keeps a head for the next line. */
    void keep(String scope, byte[] body, int from, int to, int hash, SeriesHead head) {
        keep(new Name(scope, body, from, to, hash ^ scope.hashCode()), head);
    }

    /** Keeps the series of one more field of a head. */
    void keep(SeriesHead head, byte[] body, int from, int to, Series series) {
        long bytes = head.keep(body, from, to, series);
        if (bytes > 0) {
            charge(bytes);
        }
    }

    private void keep(Name name, SeriesHead head) {
        byte[] copy = Arrays.copyOfRange(name.bytes, name.from, name.to);
        if (young.heads.putIfAbsent(new Name(name.scope, copy, 0, copy.length, name.hash), head) == null) {
            // The written bytes, names and values as text, and what its fields hold already.
            charge(4L * copy.length + ENTRY_OVERHEAD + head.fieldBytes());
        }
    }

    private void charge(long bytes) {
        Generation generation = young;
        if (generation.bytes.addAndGet(bytes) > bytesPerGeneration) {
            turn(generation);
        }
    }

    private synchronized void turn(Generation full) {
        if (young == full) {
            old = full;
            young = new Generation();
        }
    }
}
