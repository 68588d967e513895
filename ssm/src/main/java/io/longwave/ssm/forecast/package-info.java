/** Forecasts of values that nobody streams: a whole history in, what follows it out. */
@NullMarked
package io.longwave.ssm.forecast;

import org.jspecify.annotations.NullMarked;
