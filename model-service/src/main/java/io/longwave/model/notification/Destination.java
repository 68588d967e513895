package io.longwave.model.notification;

import io.longwave.model.notification.NotificationProperties.Selection;
import io.longwave.wire.AnomalyNotice;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who is told of anomalies. Used by one thread at a time. */
interface Destination extends AutoCloseable {

    /** Name in the queue and in metrics. */
    String name();

    /** What it is told of; null for everything, however old. */
    @Nullable
    Selection only();

    /** After what time it is told again of an anomaly that lasts; null for once. */
    @Nullable
    Duration repeat();

    /**
     * Returns when it has them.
     *
     * @param notices at least one, each of another anomaly
     * @throws RefusedException if it will not take them as they are, however often it is asked
     * @throws IOException if it does not take them now
     */
    void tell(List<AnomalyNotice> notices) throws RefusedException, IOException, InterruptedException;

    @Override
    default void close() {}

    /** An answer that says that asking again is of no use. */
    final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }
}
