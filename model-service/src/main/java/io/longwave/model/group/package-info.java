/** Groups: series that one model judges jointly, row by row, from the points that the stream has stored. */
@NullMarked
package io.longwave.model.group;

import org.jspecify.annotations.NullMarked;
