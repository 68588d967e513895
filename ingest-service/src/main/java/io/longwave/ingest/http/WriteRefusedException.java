package io.longwave.ingest.http;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Nothing of a request was written. Carries the answer in the words of the protocol. */
public final class WriteRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final @Nullable Duration retryAfter;

    private WriteRefusedException(int status, String code, String message, @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** The client can do nothing but write something else. */
    public static WriteRefusedException invalid(String message) {
        return new WriteRefusedException(400, "invalid", message, null);
    }

    static WriteRefusedException unauthorized() {
        return new WriteRefusedException(401, "unauthorized", "unauthorized access", null);
    }

    /** Clients split the request and try again. */
    static WriteRefusedException tooLarge(String message) {
        return new WriteRefusedException(413, "request too large", message, null);
    }

    /** Not 400, which says the lines are bad: RFC 9110 names 415 for an encoding that the server does not read, however often it comes. */
    static WriteRefusedException unsupportedEncoding(@Nullable String encoding, List<ContentCoding> accepted) {
        return new WriteRefusedException(415, "unsupported media type", "Content-Encoding: expected " + ContentCoding.choice(accepted)
                + " but found " + (encoding == null ? "none" : "'" + encoding + "'"), null);
    }

    /** The same for what the body is. */
    public static WriteRefusedException unsupportedType(String message) {
        return new WriteRefusedException(415, "unsupported media type", message, null);
    }

    /** Too much at once: 429 and not 400, so that clients keep their data and come back. */
    static WriteRefusedException overloaded(String message, Duration retryAfter) {
        return new WriteRefusedException(429, "too many requests", message, retryAfter);
    }

    /** The broker is away. */
    static WriteRefusedException unavailable(String message, Duration retryAfter) {
        return new WriteRefusedException(503, "unavailable", message, retryAfter);
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** Never null. */
    @Override
    public String getMessage() { return Objects.requireNonNull(super.getMessage()); }
}
