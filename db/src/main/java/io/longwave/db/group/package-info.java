/** Series that one model judges jointly, row by row. */
@NullMarked
package io.longwave.db.group;

import org.jspecify.annotations.NullMarked;
