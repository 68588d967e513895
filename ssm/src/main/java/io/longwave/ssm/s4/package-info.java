/**
 * S4, arXiv:2111.00396: a state-space model per channel whose state matrix is diagonal plus low rank, discretised by the bilinear rule.
 *
 * <p>Symbols: H channels, B batch, L length, Lk length of the kernel, N state size, n = N / 2 stored members of the conjugate pairs, R rank;
 * A_full = diag(A) − Σ P_r P_r* over both members; Q = conj(P).
 *
 * <pre>
 *   dA = (I − dt/2 A_full)⁻¹ (I + dt/2 A_full)      dB = dt (I − dt/2 A_full)⁻¹ B
 *   K[l] = C dA^l dB,  l &lt; Lk                        trained is C~ = C (I − dA^Lk)         section 3.2, algorithm 1
 *   K = inverse DFT of K^,  K^ from Cauchy sums and the Woodbury identity ({@code kernel.CauchyKernel})
 *   y = K * u + D u
 *   step: x1 = E x − (dt/2) P (2 Re Q x) + dt B u,   x ← F (x1 − (dt/2) P (2 Re G x1)),   y = 2 Re C x + D u
 *         E = 1 + dt A/2,  F = 1 / (1 − dt A/2),  G = (I + dt/2 2 Re Q F P)⁻¹ Q F
 * </pre>
 */
@NullMarked
package io.longwave.ssm.s4;

import org.jspecify.annotations.NullMarked;
