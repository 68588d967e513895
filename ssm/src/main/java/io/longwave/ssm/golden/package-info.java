/** Numeric cases made by other programs, and the runner that holds our kernels and models against them. */
@NullMarked
package io.longwave.ssm.golden;

import org.jspecify.annotations.NullMarked;
