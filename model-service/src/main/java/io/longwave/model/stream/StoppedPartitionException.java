package io.longwave.model.stream;

/** The partition cannot go on until somebody decides what to do; the message is one sentence that says what. */
final class StoppedPartitionException extends Exception {
    private static final long serialVersionUID = 1L;

    StoppedPartitionException(String message) {
        super(message);
    }
}
