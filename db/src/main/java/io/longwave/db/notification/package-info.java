/** Which destinations are still to be told of which anomalies. */
@NullMarked
package io.longwave.db.notification;

import org.jspecify.annotations.NullMarked;
