/**
 * DSS, arXiv:2203.14343: diagonal state spaces whose kernel is normalised over the length, so that it depends on L and has no recurrence.
 *
 * <p>Symbols as for S4D. With E = dt A, s = 1 and m = 0, or s = −1 and m = E (L − 1) where Re A &gt; 0, ε = 1e-7:
 *
 * <pre>
 *   q = A (exp(s E L) − 1)      r = conj(q) / (|q|² + ε)
 *   K[l] = Re Σ C B (exp(s E) − 1) r exp(E l − m)                       real part alone, no factor 2
 * </pre>
 *
 * The shift m is a constant for gradients, as in the published code.
 */
@NullMarked
package io.longwave.ssm.dss;

import org.jspecify.annotations.NullMarked;
