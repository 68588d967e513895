/**
 * Distribution-free calibration of a stream of residuals in constant memory.
 *
 * <p>A quantile of level p is tracked by an online subgradient step, q &larr; q (1 + &eta; (1[a &gt; q] - (1 - p))), which keeps the long-run share
 * of covered residuals at p whatever their distribution and however it drifts: Gibbs and Cand&egrave;s 2021, arXiv:2106.00170 (adaptive conformal
 * inference); Angelopoulos, Cand&egrave;s and Tibshirani 2023, arXiv:2307.16895, section 2 (quantile tracking). Beyond the highest tracked quantile
 * the tail is a generalised Pareto distribution (Pickands 1975) fitted by its moments.
 *
 * <p>Everything is plain double arithmetic in a fixed order, so the same residuals give the same bits.
 */
@NullMarked
package io.longwave.ssm.conformal;

import org.jspecify.annotations.NullMarked;
