package io.longwave.ingest.write;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of the query string. The servlet's own {@code getParameter} must not be asked: for a form content type, which curl sends
 * unless told otherwise, it reads the body as parameters and leaves nothing to write.
 */
final class QueryString {
    private final Map<String, String> values = new HashMap<>();

    /** @throws WriteRefusedException if a percent sign is not followed by two hexadecimal digits */
    QueryString(@Nullable String query) {
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

    /** The first value of a parameter; empty when it is absent. */
    String get(String name) {
        return values.getOrDefault(name, "");
    }
}
