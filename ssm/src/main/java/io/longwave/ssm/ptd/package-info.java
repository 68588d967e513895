/**
 * S4-PTD, Robustifying State-space Models for Long Sequences via Approximate Diagonalization, arXiv:2310.01698: perturb, then diagonalise.
 *
 * <p>The eigenvectors of HiPPO-LegS are useless (their condition grows exponentially with N), and dropping its low-rank part, as S4D does,
 * gives the transfer function spikes that do not vanish with N. Adding a small dense E gives a matrix with usable eigenvectors whose transfer
 * function stays within a small multiple of ‖E‖:
 *
 * <pre>
 *   A + E = V diag(λ) V⁻¹      A ← λ,  B ← V⁻¹ B,  C ← C V or free
 *   G(s) = C (s − A)⁻¹ B       |G − G_E| ≤ (2 ln N + 4) ‖E‖ + O(√(log N) ‖E‖²)             theorem 3
 * </pre>
 *
 * From there on it is a diagonal model like S4D. A + E is real: its eigenvalues are conjugate pairs, one member of which is kept, and a few
 * real ones, which are kept with half of their B since kernels take twice the real part.
 */
@NullMarked
package io.longwave.ssm.ptd;

import org.jspecify.annotations.NullMarked;
