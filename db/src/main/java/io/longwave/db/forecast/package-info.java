/** Forecasts stored for promoted and watched series. */
@NullMarked
package io.longwave.db.forecast;

import org.jspecify.annotations.NullMarked;
