/** From scores to incidents: what one event is, from its start to its end. */
@NullMarked
package io.longwave.model.anomaly;

import org.jspecify.annotations.NullMarked;
