/**
 * Anomalies in series whose test rows are labelled one by one: the data, metrics that a random score cannot win, and the baselines a detector is
 * judged beside. N rows, V columns; a score is higher where a row is more unusual; a row is flagged when its score is at or above the threshold.
 *
 * <p>The metrics follow Paparrizos et al. 2022, "Volume Under the Surface", PVLDB 15(11):2774, and Kim et al. 2022, "Towards a Rigorous Evaluation of
 * Time-series Anomaly Detection", arXiv:2109.05257, whose point is that point adjustment flatters every score.
 */
@NullMarked
package io.longwave.train.anomaly;

import org.jspecify.annotations.NullMarked;
