/**
 * From continuous to discrete time: x' = A x + B u held over a step dt becomes x[k] = dA x[k−1] + dB u[k]; and what diagonal families share:
 * raw parameters with their transforms, the modes of their convolution kernels, their gradients by hand. S4D, arXiv:2206.11893, section 3.
 *
 * <p>Symbols: H channels, N state size, n stored modes, one per conjugate pair; dt step size; A, B, C complex.
 *
 * <pre>
 *   zero-order hold   dA = exp(dt A)                  dB = A⁻¹ (exp(dt A) − 1) B
 *   bilinear          dA = (1 − dt A/2)⁻¹ (1 + dt A/2)   dB = dt (1 − dt A/2)⁻¹ B
 *   kernel            K[l] = 2 Re Σ C dB dA^l
 * </pre>
 */
@NullMarked
package io.longwave.ssm.discretize;

import org.jspecify.annotations.NullMarked;
