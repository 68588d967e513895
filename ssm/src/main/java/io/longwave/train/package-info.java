/** Learning: windows of a data set, the training loop with its schedule and early stopping, metrics and the naive baselines. */
@NullMarked
package io.longwave.train;

import org.jspecify.annotations.NullMarked;
