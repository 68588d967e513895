package io.longwave.model.problem;

import io.longwave.series.SeriesKey;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** A request that cannot be answered as it was meant; becomes a problem detail. */
public final class RequestProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final String type;

    /**
     * @param type last part of {@code urn:longwave:problem:…}
     * @param detail what was expected and what was found
     */
    public RequestProblem(HttpStatus status, String type, String detail) {
        super(detail);
        this.status = status;
        this.type = type;
    }

    /** Nothing is wrong with the request; it should be sent again in a moment, perhaps to another instance. */
    public static RequestProblem notReady(String why) {
        return new RequestProblem(HttpStatus.SERVICE_UNAVAILABLE, "not-ready", why);
    }

    /**
     * Checks a series key of a request body.
     *
     * @param series null when the body has no such field
     */
    public static void requireSeriesKey(@Nullable String series) {
        try {
            SeriesKey.parse(series == null ? "" : series);
        } catch (IllegalArgumentException e) {
            throw new RequestProblem(HttpStatus.BAD_REQUEST, "bad-series-key", String.valueOf(e.getMessage()));
        }
    }

    HttpStatus status() {
        return status;
    }

    String type() {
        return type;
    }
}
