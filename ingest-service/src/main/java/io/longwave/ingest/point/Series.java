package io.longwave.ingest.point;

import io.longwave.series.SeriesKey;
import java.nio.charset.StandardCharsets;

/** A series as the writing side needs it: its canonical key as text and as bytes, both made once. */
public final class Series {
    private final String key;
    private final byte[] keyBytes;

    private Series(String key) {
        this.key = key;
        this.keyBytes = key.getBytes(StandardCharsets.UTF_8);
    }

    /** The series of a key. */
    public static Series of(SeriesKey key) {
        return new Series(key.canonical());
    }

    /** Canonical series key. */
    public String key() {
        return key;
    }

    /** UTF-8 of {@link #key()}: the shard key. Shared; not to be changed. */
    public byte[] keyBytes() {
        return keyBytes;
    }

    @Override
    public String toString() {
        return key;
    }
}
