/** Deletes what has been kept long enough, beside the stream. */
@NullMarked
package io.longwave.model.retention;

import org.jspecify.annotations.NullMarked;
