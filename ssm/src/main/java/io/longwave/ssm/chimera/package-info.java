/**
 * Chimera, arXiv:2406.04320 (NeurIPS 2024): state space models over a grid of variates and time. The paper's code is not public; where its text is
 * silent, ambiguous or not numerically sound, what is built here is written below and in {@link io.longwave.kernel.GridScan}.
 *
 * <p>Symbols: B batch, V variates, L time steps (lag), T horizon, M model width, E = 2 M channels of a mixer, N modes per channel; v variate, t time; h1
 * state along time, h2 state along variates; A1..A4, B1, B2, C1, C2, D and the steps Δ1 (time), Δ2 (variates) of one channel.
 *
 * <pre>
 *   h1[v,t] = Ā1 h1[v,t−1] + Ā2 h2[v,t−1] + B̄1 u[v,t]        Ā1 = exp(Δ1 A1)   Ā2 = (Ā1 − 1)/A1 · A2   B̄1 = (Ā1 − 1)/A1 · B1
 *   h2[v,t] = Ā3 h1[v−1,t] + Ā4 h2[v−1,t] + B̄2 u[v,t]        Ā4 = exp(Δ2 A4)   Ā3 = (Ā4 − 1)/A4 · A3   B̄2 = (Ā4 − 1)/A4 · B2
 *   y[v,t]  = C1 · h1[v,t] + C2 · h2[v,t] + D u[v,t]
 *
 *   B_k = W_Bk u, C_k = W_Ck u (shared by the channels), Δ_k = softplus(W_Δk u + b_Δk), W_Δk of rank E/16
 *   A1 = −exp(a1), A4 = −exp(a4), A2 = γ A1 tanh p2, A3 = γ A4 tanh p3, γ = 0.9
 * </pre>
 *
 * With these, |Ā1| + |Ā2| ≤ 1 and |Ā3| + |Ā4| ≤ 1 for every step, and no state exceeds max |B u / A| / (1 − γ) over the whole grid. The paper
 * exponentiates all four A; that cannot express "no coupling" and explodes for small steps, and is kept for comparison ({@code exponential}).
 *
 * <p>A block, with a forward and a backward module over the variates in each of two heads (one module where V = 1):
 *
 * <pre>
 *   z = RMSNorm x;  u = SiLU(conv4 over time (W_u z));  g = W_g z
 *   trend = Bi(u);  seasonal = Bi(u − trend);  x ← x + dropout(W_o ((trend + seasonal) SiLU(g)))
 * </pre>
 *
 * The trend head starts with small steps along time (slow memory), the seasonal head with large ones. Sequences are [channel, V, L, B].
 */
@NullMarked
package io.longwave.ssm.chimera;

import org.jspecify.annotations.NullMarked;
