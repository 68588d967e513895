package io.longwave.ingest.line;

import io.longwave.ingest.point.Series;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of a line before its first space, understood: measurement and tags, with the series of each field seen so far. Shared by the
 * threads that write; the list of fields is replaced, never changed.
 */
final class SeriesHead {
    /** Beyond this many fields a search through them costs more than building the series anew. */
    private static final int FIELDS = 256;

    /** Rough heap bytes of a field besides its texts. */
    private static final int FIELD_OVERHEAD = 128;

    final String measurement;
    final Map<String, String> tags;
    private volatile Field[] fields = {};
    private volatile long fieldBytes;

    /** A field key as the line wrote it, escapes included. */
    private record Field(byte[] written, Series series) {}

    SeriesHead(String measurement, Map<String, String> tags) {
        this.measurement = measurement;
        this.tags = tags;
    }

    /**
     * The series of a field, if it was seen before.
     *
     * @param position which field of its line it is, from 0: writers repeat their fields in the same order
     */
    @Nullable
    Series find(byte[] body, int from, int to, int position) {
        Field[] known = fields;
        if (position < known.length && written(known[position], body, from, to)) {
            return known[position].series;
        }
        for (Field field : known) {
            if (written(field, body, from, to)) {
                return field.series;
            }
        }
        return null;
    }

    /** Rough heap bytes of the kept series. */
    long fieldBytes() {
        return fieldBytes;
    }

    /** Keeps a series for the next line; returns its rough heap bytes, or 0 when it was kept before or there are too many to keep. */
    synchronized long keep(byte[] body, int from, int to, Series series) {
        Field[] known = fields;
        if (known.length == FIELDS || find(body, from, to, 0) != null) {
            return 0;
        }
        long bytes = FIELD_OVERHEAD + 3L * series.keyBytes().length + (to - from);
        fieldBytes += bytes;
        Field[] more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = new Field(Arrays.copyOfRange(body, from, to), series);
        fields = more;
        return bytes;
    }

    private static boolean written(Field field, byte[] body, int from, int to) {
        return Arrays.equals(field.written, 0, field.written.length, body, from, to);
    }
}
