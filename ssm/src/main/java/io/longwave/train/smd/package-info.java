/**
 * Reads folders laid out as the Server Machine Dataset: Su et al. 2019, "Robust Anomaly Detection for Multivariate Time Series through Stochastic Recurrent Neural
 * Network", KDD. {@code train/}, {@code test/} and {@code test_label/} hold one file a machine, {@code interpretation_label/} may.
 */
@NullMarked
package io.longwave.train.smd;

import org.jspecify.annotations.NullMarked;
