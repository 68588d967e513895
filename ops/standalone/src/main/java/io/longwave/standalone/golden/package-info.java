/** {@code ./longwave golden}: holds the kernels and models against numbers that other programs made. */
@NullMarked
package io.longwave.standalone.golden;

import org.jspecify.annotations.NullMarked;
