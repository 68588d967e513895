/**
 * SpaceTime, arXiv:2303.09489 (ICLR 2023): companion state-space models with fixed preprocessing filters and a closed-loop decoder.
 *
 * <p>Symbols: B batch, V series in and out, L lag, T horizon, D model width (channels), H kernel rows, N state size; a, b, c, k rows of one
 * kernel, â = a / ‖a‖ₚ, A = S + â eᵀ (ones on the first subdiagonal, â in the last column).
 *
 * <pre>
 *   u = x − mean over the lag
 *   block 1: z = f * u;  s = k * z + skip z;  y = W dropout(gelu s) + bias + s + z
 *   block n: s = k * u + skip u;  y = W dropout(gelu s) + bias + s + u
 *   decoder: x = Σ A^(L−1−j) b y_j;  closed[h] = ĉ (A + b̂ k̂ᵀ)^h x
 *            open = (ĉ A^t b̂) * y;  next = (k̂ A^t b̂) * y        (training only)
 *   head:    out = W dropout(gelu ·) + bias
 * </pre>
 *
 * The same network as a recurrence ({@code SpaceTimeRecurrence}) has one state of N numbers per channel and block:
 *
 * <pre>
 *   encoder: x ← A x + b z_t;  s_t = c x + skip z_t          decoder: x ← A x + b y_t
 *   forecast: closed[h] = ĉ x, then x ← A x + b̂ (k̂ x)
 * </pre>
 *
 * Training, batches and {@code evaluate} use the passes, whose sums are convolutions; a stream uses the recurrence.
 *
 * <p>Tensors of the passes are channel-major, [D, B, L]; the names of the weights are those of the published code.
 */
@NullMarked
package io.longwave.ssm.spacetime;

import org.jspecify.annotations.NullMarked;
