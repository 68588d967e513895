/**
 * Mamba, Gu and Dao 2023, arXiv:2312.00752: a selective state-space layer with a short convolution before and a gate behind the scan.
 *
 * <p>Symbols: H channels in and out, E H inner channels (E the expansion), N states per inner channel, R rank of the step sizes, B batch, L
 * length; Δ step size after softplus, A &lt; 0 continuous decay rates, B and C input and output rows, D skip, z gate.
 *
 * <pre>
 *   x, z = W_in u                                    [E H, B, L] each
 *   x    = silu(conv₄(x) + bias)                     causal, depthwise, four taps
 *   δ_R, B, C = W_x x                                R, N and N rows
 *   Δ    = softplus(W_Δ δ_R + bias)
 *   s_t  = exp(Δ_t A) s_{t−1} + Δ_t B_t x_t          or held exactly, (exp(Δ A) − 1)/A · B
 *   y    = W_out ((C_t · s_t + D x_t) silu(z_t))
 * </pre>
 *
 * As a recurrence a series has N numbers of scan state and the last three inputs of the convolution per inner channel.
 *
 * <p>Mamba-2, Dao and Gu 2024, arXiv:2405.21060, is the case of few step sizes: P channels of a head share Δ, and all states of a head one A.
 */
@NullMarked
package io.longwave.ssm.mamba;

import org.jspecify.annotations.NullMarked;
