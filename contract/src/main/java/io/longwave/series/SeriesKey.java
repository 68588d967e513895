package io.longwave.series;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Identity of one series: tenant, bucket, measurement, sorted tags and field.
 *
 * <p>The canonical text is {@code tenant/bucket/measurement,tag=value,tag=value#field}. Every part is in Unicode normalisation form C;
 * inside a part each of {@code \ / , = #} is preceded by a backslash; tags are sorted by their key in code point order. Two keys are the
 * same series exactly when their canonical texts are equal. The text is at most {@value #MAX_BYTES} bytes of UTF-8, holds no control
 * character and no unpaired surrogate, and no part is empty (a series may have no tags).
 */
public record SeriesKey(String tenant, String bucket, String measurement, SortedMap<String, String> tags, String field) {

    /** Longest canonical text, in bytes of UTF-8: an index entry of the database must hold it. */
    public static final int MAX_BYTES = 1024;

    /** Tenant of a request that names none. */
    public static final String DEFAULT_TENANT = "default";

    /** Code point order, which is also the byte order of UTF-8; {@link String#compareTo} differs from it above U+FFFF. */
    private static final Comparator<String> CODE_POINT_ORDER = SeriesKey::compareCodePoints;

    /**
     * @param tags any map; it is normalised, sorted and copied
     * @throws IllegalArgumentException if a part is empty or holds a control character or an unpaired surrogate, if two tags become equal
     *     by normalisation, or if the canonical text is longer than {@value #MAX_BYTES} bytes
     */
    public SeriesKey {
        tenant = part("tenant", tenant);
        bucket = part("bucket", bucket);
        measurement = part("measurement", measurement);
        field = part("field", field);
        SortedMap<String, String> sorted = new TreeMap<>(CODE_POINT_ORDER);
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            String name = part("tag key", tag.getKey());
            if (sorted.put(name, part("value of tag " + name, tag.getValue())) != null) {
                throw new IllegalArgumentException("tag key given twice: " + name);
            }
        }
        tags = Collections.unmodifiableSortedMap(sorted);
        int bytes = canonical(tenant, bucket, measurement, tags, field).getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException("series key: expected at most " + MAX_BYTES + " bytes but was " + bytes);
        }
    }

    /** A key from an unsorted tag map. */
    public static SeriesKey of(String tenant, String bucket, String measurement, Map<String, String> tags, String field) {
        return new SeriesKey(tenant, bucket, measurement, new TreeMap<>(tags), field);
    }

    /** The canonical text; {@link #parse} reads it back. */
    public String canonical() {
        return canonical(tenant, bucket, measurement, tags, field);
    }

    /** Measurement, tags and field without tenant and bucket: what a person reads on a page. */
    public String displayName() {
        StringBuilder name = new StringBuilder(measurement);
        tags.forEach((key, value) -> name.append(',').append(key).append('=').append(value));
        return name.append(' ').append(field).toString();
    }

    /**
     * Reads a canonical text.
     *
     * @throws IllegalArgumentException if the text is not exactly what {@link #canonical()} writes
     */
    public static SeriesKey parse(String canonical) {
        Reader reader = new Reader(canonical);
        String tenant = reader.until("/");
        String bucket = reader.until("/");
        String measurement = reader.until(",#");
        SortedMap<String, String> tags = new TreeMap<>(CODE_POINT_ORDER);
        while (reader.last() == ',') {
            String key = reader.until("=");
            String value = reader.until(",#");
            if (tags.put(key, value) != null) {
                throw new IllegalArgumentException("tag key given twice: " + key);
            }
        }
        SeriesKey key = new SeriesKey(tenant, bucket, measurement, tags, reader.rest());
        if (!key.canonical().equals(canonical)) {
            throw new IllegalArgumentException("series key is not canonical: expected " + key.canonical() + " but was " + canonical);
        }
        return key;
    }

    /**
     * The name of a tenant in the form that keys have it.
     *
     * @throws IllegalArgumentException if it is empty or holds a control character or an unpaired surrogate
     */
    public static String tenant(String name) {
        return part("tenant", name);
    }

    /** A text in the form in which keys hold theirs, so that it is found in one however it was typed. */
    public static String normalised(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    /** How the canonical texts of all series of a tenant begin, and of no other. */
    public static String beginning(String tenant) {
        return escape(new StringBuilder(), tenant(tenant)).append('/').toString();
    }

    @Override
    public String toString() {
        return canonical();
    }

    private static String canonical(String tenant, String bucket, String measurement, SortedMap<String, String> tags, String field) {
        StringBuilder text = new StringBuilder(64);
        escape(text, tenant).append('/');
        escape(text, bucket).append('/');
        escape(text, measurement);
        tags.forEach((key, value) -> {
            escape(text.append(','), key);
            escape(text.append('='), value);
        });
        return escape(text.append('#'), field).toString();
    }

    private static StringBuilder escape(StringBuilder text, String part) {
        int from = 0;
        for (int i = 0; i < part.length(); i++) {
            if (isSpecial(part.charAt(i))) {
                text.append(part, from, i).append('\\');
                from = i;
            }
        }
        return text.append(part, from, part.length());
    }

    private static boolean isSpecial(char c) {
        return switch (c) {
            case '\\', '/', ',', '=', '#' -> true;
            default -> false;
        };
    }

    private static String part(String what, String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(what + ": expected at least one character but was empty");
        }
        int i = 0;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            if (Character.isISOControl(c)) {
                throw new IllegalArgumentException(what + ": control character U+%04X at index %d".formatted(c, i));
            }
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                throw new IllegalArgumentException(what + ": unpaired surrogate U+%04X at index %d".formatted(c, i));
            }
            i += Character.charCount(c);
        }
        return normalised(text);
    }

    private static int compareCodePoints(String left, String right) {
        int i = 0;
        int j = 0;
        while (i < left.length() && j < right.length()) {
            int a = left.codePointAt(i);
            int b = right.codePointAt(j);
            if (a != b) {
                return Integer.compare(a, b);
            }
            i += Character.charCount(a);
            j += Character.charCount(b);
        }
        return Integer.compare(left.length() - i, right.length() - j);
    }

    /** Cuts a canonical text at unescaped separators. */
    private static final class Reader {
        private final String text;
        private int position;
        private char last;

        Reader(String text) {
            this.text = text;
        }

        String until(String separators) {
            StringBuilder part = new StringBuilder();
            while (position < text.length()) {
                char c = text.charAt(position++);
                if (c == '\\') {
                    if (position == text.length()) {
                        break;
                    }
                    part.append(text.charAt(position++));
                } else if (separators.indexOf(c) >= 0) {
                    last = c;
                    return part.toString();
                } else {
                    part.append(c);
                }
            }
            throw new IllegalArgumentException("series key: expected one of '" + separators + "' after \"" + part + "\" in " + text);
        }

        String rest() {
            StringBuilder part = new StringBuilder();
            while (position < text.length()) {
                char c = text.charAt(position++);
                part.append(c == '\\' && position < text.length() ? text.charAt(position++) : c);
            }
            return part.toString();
        }

        char last() {
            return last;
        }
    }
}
