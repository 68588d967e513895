package io.longwave.ingest.point;

import io.longwave.series.SeriesKey;
import io.longwave.series.DeclaredKind;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A series as the writing side needs it: its canonical key as text and as bytes, both made once, and what its writer says it is. */
public final class Series {
    /** More cannot become a key: normalisation makes one character of four at most, and each takes a byte. */
    public static final int MOST_CHARACTERS = 4 * SeriesKey.MAX_BYTES;

    private final String key;
    private final byte[] keyBytes;
    private final @Nullable DeclaredKind kind;

    private Series(String key, byte[] keyBytes, @Nullable DeclaredKind kind) {
        this.key = key;
        this.keyBytes = keyBytes;
        this.kind = kind;
    }

    /**
     * The series of the parts of a key.
     *
     * @throws RefusedPoint if a part is empty or holds control characters, or the key is too long
     */
    public static Series of(String tenant, String bucket, String measurement, Map<String, String> tags, String field) throws RefusedPoint {
        // Looked at before the key is made: a few bytes of a request may name the same long text a thousand times.
        long length = (long) measurement.length() + field.length();
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            length += tag.getKey().length() + (long) tag.getValue().length();
        }
        if (length > MOST_CHARACTERS) {
            throw new RefusedPoint(Refusal.SERIES_KEY,
                    "series key: expected at most " + SeriesKey.MAX_BYTES + " bytes but its parts have " + length + " characters");
        }
        try {
            return of(SeriesKey.of(tenant, bucket, measurement, tags, field));
        } catch (IllegalArgumentException e) {
            throw new RefusedPoint(Refusal.SERIES_KEY, String.valueOf(e.getMessage()));
        }
    }

    /** The series of a key. */
    public static Series of(SeriesKey key) {
        return new Series(key.canonical(), key.canonical().getBytes(StandardCharsets.UTF_8), null);
    }

    /** The same series, said to be of this kind; null says nothing. */
    public Series declared(@Nullable DeclaredKind as) {
        return as == kind ? this : new Series(key, keyBytes, as);
    }

    /** What the writer says it is; null if nothing. */
    public @Nullable DeclaredKind kind() {
        return kind;
    }

    /** Canonical series key. */
    public String key() {
        return key;
    }

    /** UTF-8 of {@link #key()}, which tells the partition. Shared; not to be changed. */
    public byte[] keyBytes() {
        return keyBytes;
    }

    @Override
    public String toString() {
        return key;
    }
}
