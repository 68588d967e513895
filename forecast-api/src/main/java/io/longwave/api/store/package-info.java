/** The database as this service sees it: read-only, bounded in time, migrated by the model service. */
@NullMarked
package io.longwave.api.store;

import org.jspecify.annotations.NullMarked;
