/**
 * The kernels in float32 over the JDK Vector API and all cores. Work is cut into tasks of fixed borders and partial sums are added in a
 * fixed order, so results do not depend on which thread took which task; only lane-wise add, mul and fma are used, never a lane reduction
 * or a library exp, so they do not depend on when the JIT compiled what either.
 */
@NullMarked
package io.longwave.kernel.simd;

import org.jspecify.annotations.NullMarked;
