/** The registry: which models exist, which series they serve, which forecasts are stored. */
@NullMarked
package io.longwave.api.model;

import org.jspecify.annotations.NullMarked;
