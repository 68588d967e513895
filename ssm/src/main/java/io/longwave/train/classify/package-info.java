/** Classification of whole recordings: labelled sequences, what a classifier must offer, how it is judged. B batch, L length, V channels. */
@NullMarked
package io.longwave.train.classify;

import org.jspecify.annotations.NullMarked;
