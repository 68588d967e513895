/** Measured values with what the model expected of them. */
@NullMarked
package io.longwave.db.point;

import org.jspecify.annotations.NullMarked;
