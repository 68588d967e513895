package io.longwave.wire;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The Kafka broker did not answer in time; the same call may succeed later. */
public final class BrokerUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BrokerUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Never null. */
    @Override
    public String getMessage() { return Objects.requireNonNull(super.getMessage()); }
}
