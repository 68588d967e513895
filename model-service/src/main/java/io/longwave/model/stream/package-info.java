/** The stream: one poll of a partition is one batch is one SQL transaction. */
@NullMarked
package io.longwave.model.stream;

import org.jspecify.annotations.NullMarked;
