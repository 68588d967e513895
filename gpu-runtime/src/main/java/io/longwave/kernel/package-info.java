/**
 * The maths loops as contracts: shapes, equations, errors. {@code reference} is the plain float64 loop that says what is right,
 * {@code simd} the float32 one that is fast; both pass the same tests. Layout of sequences is channel-major, [H, B, L].
 *
 * <p>Symbols: {@code a}, {@code b}, {@code c}, {@code k} rows of a companion state-space model (SpaceTime, arXiv:2303.09489), N its state
 * size, A = S + â eᵀ with ones on the first subdiagonal and â in the last column. A gradient argument with {@code accumulate} is added to,
 * else overwritten.
 */
@NullMarked
package io.longwave.kernel;

import org.jspecify.annotations.NullMarked;
