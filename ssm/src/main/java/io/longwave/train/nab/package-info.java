/**
 * Judges streaming anomaly detectors by the rules of the Numenta Anomaly Benchmark: Lavin and Ahmad 2015, arXiv:1510.03336. A detection early in a
 * labelled window earns most, one outside every window costs, and the score is normalised so that silence is 0 and perfection 100.
 */
@NullMarked
package io.longwave.train.nab;

import org.jspecify.annotations.NullMarked;
