package io.longwave.ingest.http;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a body may be compressed. Each protocol reads some of these. */
public enum ContentCoding {
    IDENTITY,
    GZIP,
    ZSTD,
    /** The block format, not the framed one. */
    SNAPPY;

    /** Of the value of {@code Content-Encoding}; null for one that no protocol knows. */
    static @Nullable ContentCoding of(@Nullable String header) {
        return switch (header == null ? "" : header.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> IDENTITY;
            case "gzip", "x-gzip" -> GZIP;
            case "zstd" -> ZSTD;
            case "snappy" -> SNAPPY;
            default -> null;
        };
    }

    /** As a header says it. */
    String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As a sentence lists them. */
    static String choice(List<ContentCoding> codings) {
        String all = list(codings);
        int last = all.lastIndexOf(", ");
        return last < 0 ? all : all.substring(0, last) + " or " + all.substring(last + 2);
    }

    /** As {@code Accept-Encoding} lists them. */
    public static String list(List<ContentCoding> codings) {
        return codings.stream().map(ContentCoding::token).collect(Collectors.joining(", "));
    }
}
