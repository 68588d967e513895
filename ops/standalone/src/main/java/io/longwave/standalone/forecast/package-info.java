/** {@code longwave forecast} and {@code longwave score}: what follows the rows of a file, and which of them are unusual. */
@NullMarked
package io.longwave.standalone.forecast;

import org.jspecify.annotations.NullMarked;
