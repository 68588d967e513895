/** Reconstruction of windows and the anomaly scores made from its error. B batch, L window, V variates. */
@NullMarked
package io.longwave.train.reconstruct;

import org.jspecify.annotations.NullMarked;
