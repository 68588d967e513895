package io.longwave.wire;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The topics of the stream are not as this configuration needs them, and waiting will not change that; the message says what to do. */
public final class StreamTopicsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StreamTopicsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Never null. */
    @Override
    public String getMessage() { return Objects.requireNonNull(super.getMessage()); }
}
