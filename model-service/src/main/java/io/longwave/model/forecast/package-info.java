/** Forecasts from live state, for the API. */
@NullMarked
package io.longwave.model.forecast;

import org.jspecify.annotations.NullMarked;
