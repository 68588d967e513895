package io.longwave.api.query;

import io.longwave.api.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/**
 * Answers of several pages: a flat array, and the address of the next page in the {@code Link} header (RFC 8288). The cursor in that
 * address is opaque to clients; it names the last row, so that rows which arrive meanwhile neither repeat nor hide others.
 */
public final class Page {
    private static final String SEPARATOR = "\u0000";

    private Page() {}

    /**
     * Cuts the rows to the page size.
     *
     * @param rows one more than the page size when there is a next page
     * @param cursor parts of the cursor of a row
     */
    public static <R, V> ResponseEntity<List<V>> of(List<R> rows, int limit, Function<R, V> view, Function<R, List<Object>> cursor) {
        List<V> page = new ArrayList<>(limit);
        rows.stream().limit(limit).map(view).forEach(page::add);
        if (rows.size() <= limit) {
            return ResponseEntity.ok(page);
        }
        String next = write(cursor.apply(rows.get(limit - 1)));
        // Only path and query: behind a proxy the service does not know the host under which it was asked.
        var address = ServletUriComponentsBuilder.fromCurrentRequest().replaceQueryParam("cursor", next).scheme(null).host(null).port(null);
        return ResponseEntity.ok().header(HttpHeaders.LINK, "<" + address.build().toUriString() + ">; rel=\"next\"").body(page);
    }

    /**
     * Parts of a cursor.
     *
     * @return null when there is no cursor
     * @throws ProblemException if it is none of ours
     */
    public static @Nullable List<String> read(@Nullable String cursor, int parts) {
        if (cursor == null || cursor.isEmpty()) {
            return null;
        }
        try {
            List<String> read = Arrays
                    .asList(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split(SEPARATOR, -1));
            if (read.size() == parts) {
                return read;
            }
        } catch (IllegalArgumentException notBase64) {
            // said below
        }
        throw badCursor(cursor);
    }

    /** A number inside a cursor. */
    public static long number(String part, String cursor) {
        try {
            return Long.parseLong(part);
        } catch (NumberFormatException e) {
            throw badCursor(cursor);
        }
    }

    private static String write(List<Object> parts) {
        String text = String.join(SEPARATOR, parts.stream().map(Object::toString).toList());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What is said of a cursor that is none of ours. */
    public static ProblemException badCursor(String cursor) {
        return ProblemException.badParameter("cursor", "the cursor of a Link header of this address", cursor);
    }
}
