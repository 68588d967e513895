/** Batches of recordings that a stored classifier tells apart: jobs, their files, and the answers. */
@NullMarked
package io.longwave.db.classification;

import org.jspecify.annotations.NullMarked;
