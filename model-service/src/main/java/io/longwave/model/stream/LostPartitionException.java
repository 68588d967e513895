package io.longwave.model.stream;

/** The position is not what this owner left: another one claimed the partition, or the database is not the one it was. */
final class LostPartitionException extends Exception {
    private static final long serialVersionUID = 1L;

    LostPartitionException(String message) {
        super(message);
    }
}
