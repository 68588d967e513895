/** Which series exist, what serves them, and how to find one. */
@NullMarked
package io.longwave.db.series;

import org.jspecify.annotations.NullMarked;
