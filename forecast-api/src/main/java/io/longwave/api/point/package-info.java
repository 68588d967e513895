/** Measured values with what was expected of them. */
@NullMarked
package io.longwave.api.point;

import org.jspecify.annotations.NullMarked;
