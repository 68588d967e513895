/** What the stream has done: counters and dead letters. */
@NullMarked
package io.longwave.api.stream;

import org.jspecify.annotations.NullMarked;
