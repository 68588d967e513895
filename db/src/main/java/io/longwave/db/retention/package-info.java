/** What has been kept long enough. */
@NullMarked
package io.longwave.db.retention;

import org.jspecify.annotations.NullMarked;
