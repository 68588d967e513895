package io.longwave.model.stream;

/** The series of a batch take more memory than there is for a transaction: it is to be cut in two. */
final class TooManyStatesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyStatesException(String message) {
        super(message);
    }
}
