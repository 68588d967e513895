/**
 * S4D, arXiv:2206.11893: a diagonal state-space model per channel, parametrised in continuous time.
 *
 * <p>Symbols: H channels, B batch, L length, N state size, n = N / 2 stored modes (one per conjugate pair); dt step size, A, B, C complex,
 * D the skip connection; u input, y output, x state.
 *
 * <pre>
 *   dt = f(inv_dt)    A = −g(A_real) − i A_imag
 *   K[l] = 2 Re Σ C dB dA^l      y = K * u + D u                        whole sequence
 *   x ← dA x + dB u              y = 2 Re Σ C x + D u                   one sample
 *   zoh       dA = exp(dt A)                        dB = B (exp(dt A) − 1) / A          eq. 5
 *   bilinear  dA = (1 + dt A/2) / (1 − dt A/2)      dB = B dt / (1 − dt A/2)
 * </pre>
 *
 * Initialisations of A (section 4): lin −1/2 + iπm, inv −1/2 + i N/π (N/(2m+1) − 1), legs the eigenvalues of the normal part of HiPPO-LegS;
 * further quad, inv2, real, rand.
 */
@NullMarked
package io.longwave.ssm.s4d;

import org.jspecify.annotations.NullMarked;
