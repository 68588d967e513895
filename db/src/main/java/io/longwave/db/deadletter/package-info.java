/** Records and samples that could not be used, with their reason. */
@NullMarked
package io.longwave.db.deadletter;

import org.jspecify.annotations.NullMarked;
