package io.longwave.api.problem;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request cannot be answered for a reason that its sender can act on. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemType type;
    private final transient Map<String, Object> properties = new LinkedHashMap<>();
    private @Nullable Duration retryAfter;

    public ProblemException(ProblemType type, String detail) {
        super(detail);
        this.type = type;
    }

    /** A parameter's value is not what is expected. */
    public static ProblemException badParameter(String name, String expected, Object found) {
        return new ProblemException(ProblemType.BAD_PARAMETER, name + ": expected " + expected + " but was " + found).with("parameter",
                name);
    }

    /** No series has this id. */
    public static ProblemException unknownSeries(long id) {
        return new ProblemException(ProblemType.UNKNOWN_SERIES, "no series has the id " + id + "; GET /api/v1/series lists them")
                .with("series", id);
    }

    /** No model has this id. */
    public static ProblemException unknownModel(String id) {
        return new ProblemException(ProblemType.UNKNOWN_MODEL, "no model has the id " + id + "; GET /api/v1/models lists them")
                .with("model", id);
    }

    /** No group has this name. */
    public static ProblemException unknownGroup(String name) {
        return new ProblemException(ProblemType.UNKNOWN_GROUP, "no group has the name " + name + "; GET /api/v1/groups lists them")
                .with("group", name);
    }

    /** Adds a member to the problem detail. */
    public ProblemException with(String name, Object value) {
        properties.put(name, value);
        return this;
    }

    /** Says when it is worth asking again. */
    public ProblemException retryAfter(Duration delay) {
        retryAfter = delay;
        return this;
    }

    /** What it is. */
    public ProblemType type() {
        return type;
    }

    Map<String, Object> properties() {
        return properties;
    }

    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
