/** Forecasts, live from the model service and stored. */
@NullMarked
package io.longwave.api.forecast;

import org.jspecify.annotations.NullMarked;
