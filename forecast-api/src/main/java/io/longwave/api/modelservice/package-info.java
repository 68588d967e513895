/** Calls to the model service that owns a series. */
@NullMarked
package io.longwave.api.modelservice;

import org.jspecify.annotations.NullMarked;
