/** The kernels as plain float64 loops: what the contracts mean, in the order of the formulas. Slow on purpose. */
@NullMarked
package io.longwave.kernel.reference;

import org.jspecify.annotations.NullMarked;
