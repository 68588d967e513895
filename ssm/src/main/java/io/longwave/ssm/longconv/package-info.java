/**
 * Directly learned long convolutions, Fu et al. 2023, arXiv:2302.06646.
 *
 * <p>Symbols: B batch, H channels, L length, K taps of a kernel; k taps as learned, κ taps as used, D skip, p half width of the smoothing, λ
 * threshold of the squash.
 *
 * <pre>
 *   κ = dropout(squash(smooth(k)))        smooth(k)[i] = Σ_{|j| ≤ p} k[i + j] / (2p + 1),  squash(k) = sign(k) max(|k| − λ, 0)
 *   y[h, b, t] = Σ_{m ≤ t} κ[h, m] u[h, b, t − m] + D[h] u[h, b, t]
 *   bidirectional: + Σ_m κ'[h, m] u[h, b, t + m + 1]
 * </pre>
 *
 * <p>With a learned butterfly the sum is Re(T⁻¹(B u · B′ κ)), section 3.3: T⁻¹ is the exact inverse transform, the block matrices in B and B′ are
 * parameters that start at the Fourier ones ({@code LearnedButterfly}). It is not causal once they are trained, so no forecaster may have it.
 *
 * <p>As a recurrence the kernel is a finite response of K − 1 numbers per channel ({@code FiniteRecurrence}), or, where a small diagonal
 * state-space model fits the taps ({@code DiagonalFit}), a few complex modes.
 */
@NullMarked
package io.longwave.ssm.longconv;

import org.jspecify.annotations.NullMarked;
