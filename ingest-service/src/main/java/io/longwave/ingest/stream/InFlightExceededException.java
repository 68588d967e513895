package io.longwave.ingest.stream;

import java.util.Objects;

/** There is no room for what a request needs in memory. */
public final class InFlightExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean tooLargeAlone;

    InFlightExceededException(boolean tooLargeAlone, long limit) {
        super(tooLargeAlone
                ? "the request needs more than the " + limit + " bytes that all requests together may hold"
                : "requests in flight hold all of the " + limit + " bytes they may");
        this.tooLargeAlone = tooLargeAlone;
    }

    /** True when waiting does not help: the request is too large for an idle service too. */
    public boolean tooLargeAlone() {
        return tooLargeAlone;
    }

    /** Never null. */
    @Override
    public String getMessage() { return Objects.requireNonNull(super.getMessage()); }
}
