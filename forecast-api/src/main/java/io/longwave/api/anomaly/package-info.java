/** Events in which a series left its expected range. */
@NullMarked
package io.longwave.api.anomaly;

import org.jspecify.annotations.NullMarked;
