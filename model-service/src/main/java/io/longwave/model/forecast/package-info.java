/** Forecasts for the API: from live state, and of values that a request brings. */
@NullMarked
package io.longwave.model.forecast;

import org.jspecify.annotations.NullMarked;
