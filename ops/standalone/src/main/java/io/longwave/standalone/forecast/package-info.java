/** {@code longwave forecast}: what follows the rows of a file. */
@NullMarked
package io.longwave.standalone.forecast;

import org.jspecify.annotations.NullMarked;
