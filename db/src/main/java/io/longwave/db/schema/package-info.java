/** The migrations in {@code db/migration} and how a service applies or awaits them. */
@NullMarked
package io.longwave.db.schema;

import org.jspecify.annotations.NullMarked;
