package io.longwave.wire;

import org.jspecify.annotations.Nullable;

/** A record's bytes are not what the topic carries; the message says what was expected and what was found. */
public final class UndecodableRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UndecodableRecordException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
