package io.longwave.ingest.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of the query string. The servlet's own {@code getParameter} must not be asked: for a form content type, which curl sends
 * unless told otherwise, it reads the body as parameters and leaves nothing to write.
 */
public final class QueryString {
    private final Map<String, String> values = new HashMap<>();

    /** @throws WriteRefusedException if a percent sign is not followed by two hexadecimal digits */
    public QueryString(@Nullable String query) {
        if (query == null) {
            return;
        }
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            try {
                values.putIfAbsent(URLDecoder.decode(name, StandardCharsets.UTF_8), URLDecoder.decode(value, StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw WriteRefusedException.invalid("query string: expected percent-encoded UTF-8 but found '" + pair + "'");
            }
        }
    }

    /**
     * The bucket of a request.
     *
     * @param otherwise where the parameter is absent or empty
     * @throws WriteRefusedException if it holds a control character or an unpaired surrogate
     */
    public String bucket(String otherwise) {
        String bucket = get("bucket");
        return bucket.isEmpty() ? otherwise : checked("bucket", bucket);
    }

    /**
     * A value that becomes part of a name.
     *
     * @throws WriteRefusedException if it holds a control character or an unpaired surrogate
     */
    public static String checked(String name, String value) {
        if (value.codePoints().anyMatch(c -> Character.isISOControl(c) || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE))) {
            throw WriteRefusedException.invalid("query parameter " + name + ": expected no control characters");
        }
        return value;
    }

    /** The first value of a parameter; empty when it is absent. */
    public String get(String name) {
        return values.getOrDefault(name, "");
    }
}
