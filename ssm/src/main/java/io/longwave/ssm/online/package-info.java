/**
 * Forecasts and anomaly scores for every new series with no training: fixed memory, one readout learned on the fly, conformal bands, in a state of at
 * most 2 KiB.
 *
 * <p>Symbols, for one series; all are in a unit that follows the series (a power of two near its usual distance from its slow level):
 *
 * <ul>
 * <li>u, a value; s(t), what time of day and week add ({@code SeasonalProfile}); &kappa; in [0, 1], how much of it to believe: the slope of short-term
 * movements of u on those of s, with slopes near 0 and 1 drawn to them; r = u - &kappa; s
 * <li>m, memory of r: companion part, the last 4 values; HiPPO-LegT part, 6 Legendre coefficients of about the last 64 values, m' = (2 / 64) (A m + B r)
 * with A and B as in Gu et al. 2020, arXiv:2008.07669, appendix D, halved, by zero-order hold ({@code LegendreMemory})
 * <li>w, readout: r[t + 1] = r[t] + w &middot; &phi;(m[t]), by recursive least squares with forgetting 0.999 and bounded covariance; forecasts roll it
 * forward on its own output, held within a few deviations of the slow level ({@code Readout})
 * <li>three ways to forecast: readout rolled forward, last value, slow level, each plus &kappa; s; mixed with weights (1 / mean squared error)^3
 * measured at 1, 4, 16, 64 and 256 steps, interpolated in log h ({@code HorizonAnchors})
 * <li>e, one-step residual; &sigma;, its mean size over 256 samples; a = |e| / &sigma;, the surprise
 * <li>bands: quantiles of a at one step, of the absolute error of published forecasts at the other anchors, by adaptive conformal quantile tracking
 * ({@code io.longwave.ssm.conformal})
 * <li>score: 1 - P(evidence at least this strong), where evidence adds -ln P of the surprise, half of that of its one-sided drift (10 samples) and half
 * of that of the distance from the slow level (50 samples), less half of the strongest evidence of some 30 samples before; the sum is calibrated by its
 * own past ({@code Evidence}), so a threshold t means false alarms at a rate of 1 - t on samples that behave as before
 * </ul>
 *
 * <p>An outlier enters the memory as 10 &sigma; at most; the bound doubles with each further one in a row, so a new level is accepted after a few
 * samples. Up to 32 missing steps are filled with own predictions; a longer gap starts the short memory again at the next value, and forecasts in
 * flight are dropped. The usual distance of samples is a median that jitter does not move. Arithmetic is scalar double in a fixed order, with
 * {@code Math.fma} and {@code StrictMath} only.
 */
@NullMarked
package io.longwave.ssm.online;

import org.jspecify.annotations.NullMarked;
