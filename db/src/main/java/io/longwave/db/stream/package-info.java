/** Positions, counters, dead letters and the notice that new rows were committed. */
@NullMarked
package io.longwave.db.stream;

import org.jspecify.annotations.NullMarked;
