/** What stored classifiers say of recordings: of posted values at once, of files as jobs. */
@NullMarked
package io.longwave.api.classification;

import org.jspecify.annotations.NullMarked;
