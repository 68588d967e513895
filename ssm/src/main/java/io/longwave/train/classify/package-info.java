/**
 * Classification of whole recordings: labelled sequences, what a classifier must offer, how it is judged
 * beside naive baselines. Readers of data sets are in {@link io.longwave.train.layout}. B batch, L length, V channels, C classes.
 */
@NullMarked
package io.longwave.train.classify;

import org.jspecify.annotations.NullMarked;
