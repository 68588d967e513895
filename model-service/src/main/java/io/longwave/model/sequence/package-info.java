/** Sequences that clients go on with request by request: states as those of series, without a stream. */
@NullMarked
package io.longwave.model.sequence;

import org.jspecify.annotations.NullMarked;
