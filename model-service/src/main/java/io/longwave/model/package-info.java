/** Kafka in, model steps, results in PostgreSQL out; forecasts from live state for the API. */
@NullMarked
package io.longwave.model;

import org.jspecify.annotations.NullMarked;
