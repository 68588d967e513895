package io.longwave.model.stream;

/** The service stops before the work was done; whoever owns the partition next does it. */
final class StoppingException extends Exception {
    private static final long serialVersionUID = 1L;

    StoppingException() {
        super("the service stops", null, false, false);
    }
}
