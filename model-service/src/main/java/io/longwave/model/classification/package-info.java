/** Stored classifiers at work: posted recordings at once, batches as jobs. */
@NullMarked
package io.longwave.model.classification;

import org.jspecify.annotations.NullMarked;
