/**
 * Several series judged and forecast together, row by row, by one model that was trained on all of them. V series, L rows of a window, H rows ahead.
 *
 * <p>What was expected of a row is the network's pass over the L rows before it, or what a network that reconstructs gives back of it; the errors of each series are calibrated on their own
 * past, as {@code io.longwave.ssm.conformal} says. Their tail probabilities p are merged by the generalised mean of order -1/2, whatever their dependence: Vovk and
 * Wang 2020, "Combining p-values via averaging", arXiv:1212.4966. It hears one series that shouts as well as many that murmur. The mean is calibrated once more, on the past of the group.
 */
@NullMarked
package io.longwave.ssm.joint;

import org.jspecify.annotations.NullMarked;
