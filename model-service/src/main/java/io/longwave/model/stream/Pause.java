package io.longwave.model.stream;

import java.time.Duration;

/** Waiting that ends early when the service stops. */
@FunctionalInterface
interface Pause {
    /** @return false if the service stops and waiting has become pointless */
    boolean await(Duration duration);
}
