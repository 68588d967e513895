/**
 * HiPPO: state matrices that make x' = A x + B u remember the past of u as coefficients of orthogonal functions, and their normal plus
 * low-rank form. HiPPO, arXiv:2008.07669; LegS, LegT and FouT as in How to Train Your HiPPO, arXiv:2206.12037; S4, arXiv:2111.00396.
 *
 * <p>Symbols: N state size, n = N / 2 stored members of the conjugate pairs; A [N, N], B [N]; P [R, N] the low-rank correction;
 * W [n] eigenvalues, V [N, n] eigenvectors of the normal part.
 *
 * <pre>
 *   LegS  A[i][j] = −√((2i+1)(2j+1)) below the diagonal, −(i+1) on it, 0 above;    B[i] = √(2i+1)
 *   A + Σ P_r P_rᵀ = normal = V diag(W) V*  on the kept members and their conjugates
 * </pre>
 */
@NullMarked
package io.longwave.ssm.hippo;

import org.jspecify.annotations.NullMarked;
