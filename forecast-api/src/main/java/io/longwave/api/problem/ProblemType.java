package io.longwave.api.problem;

import java.net.URI;
import org.springframework.http.HttpStatus;

/** Kinds of problems; {@link #uri} is the {@code type} of the problem detail and never changes its meaning. */
public enum ProblemType {
    BAD_PARAMETER("bad-parameter", HttpStatus.BAD_REQUEST, "A parameter has a value that cannot be used"),
    UNKNOWN_PARAMETER("unknown-parameter", HttpStatus.BAD_REQUEST, "There is no such parameter here"),
    MALFORMED_BODY("malformed-body", HttpStatus.BAD_REQUEST, "The request body cannot be read"),
    BAD_REQUEST("bad-request", HttpStatus.BAD_REQUEST, "The request cannot be understood"),
    UNAUTHORIZED("unauthorized", HttpStatus.UNAUTHORIZED, "A token is needed"),
    FORBIDDEN("forbidden", HttpStatus.FORBIDDEN, "That is not allowed"),
    NOT_FOUND("not-found", HttpStatus.NOT_FOUND, "There is nothing at this address"),
    UNKNOWN_SERIES("unknown-series", HttpStatus.NOT_FOUND, "There is no such series"),
    UNKNOWN_ANOMALY("unknown-anomaly", HttpStatus.NOT_FOUND, "There is no such anomaly"),
    UNKNOWN_MODEL("unknown-model", HttpStatus.NOT_FOUND, "There is no such model"),
    UNKNOWN_CLASSIFICATION("unknown-classification", HttpStatus.NOT_FOUND, "There is no such classification"),
    UNKNOWN_GROUP("unknown-group", HttpStatus.NOT_FOUND, "There is no such group"),
    METHOD_NOT_ALLOWED("method-not-allowed", HttpStatus.METHOD_NOT_ALLOWED, "This address does not take that method"),
    NOT_ACCEPTABLE("not-acceptable", HttpStatus.NOT_ACCEPTABLE, "The answer is not available in the accepted media types"),
    WARMING_UP("warming-up", HttpStatus.CONFLICT, "The model has not seen enough of the series yet"),
    MODEL_UNAVAILABLE("model-unavailable", HttpStatus.CONFLICT, "The files of the model are gone"),
    TOO_LARGE("too-large", HttpStatus.CONTENT_TOO_LARGE, "The request body is too large"),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", HttpStatus.UNSUPPORTED_MEDIA_TYPE,
            "The request body is of another media type than this address takes"),
    INTERNAL("internal", HttpStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side"),
    MODEL_SERVICE_FAILED("model-service-failed", HttpStatus.BAD_GATEWAY, "The model service gave no usable answer"),
    MODEL_SERVICE_AWAY("model-service-away", HttpStatus.SERVICE_UNAVAILABLE, "The model service cannot answer now"),
    DATABASE_AWAY("database-away", HttpStatus.SERVICE_UNAVAILABLE, "The database cannot answer now"),
    NOT_READY("not-ready", HttpStatus.SERVICE_UNAVAILABLE, "The database schema is not there yet"),
    TOO_MANY_CLIENTS("too-many-clients", HttpStatus.SERVICE_UNAVAILABLE, "Too many live streams are open"),
    QUERY_TOO_SLOW("query-too-slow", HttpStatus.GATEWAY_TIMEOUT, "The query took too long and was stopped");

    /** Common beginning of every type. */
    public static final String PREFIX = "urn:longwave:problem:";

    private final String slug;
    private final HttpStatus status;
    private final String title;

    ProblemType(String slug, HttpStatus status, String title) {
        this.slug = slug;
        this.status = status;
        this.title = title;
    }

    /** For example {@code urn:longwave:problem:unknown-series}. */
    public URI uri() {
        return URI.create(PREFIX + slug);
    }

    /** Status of the answer. */
    public HttpStatus status() {
        return status;
    }

    /** The same for every problem of this type. */
    public String title() {
        return title;
    }

    /** The type of an error about which only the status is known. */
    static ProblemType ofStatus(int status) {
        return switch (status) {
            case 401 -> UNAUTHORIZED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 413 -> TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            default -> status >= 400 && status < 500 ? BAD_REQUEST : INTERNAL;
        };
    }
}
