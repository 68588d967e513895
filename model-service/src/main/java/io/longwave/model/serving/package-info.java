/** Which model serves a series, and the state it has of it. */
@NullMarked
package io.longwave.model.serving;

import org.jspecify.annotations.NullMarked;
