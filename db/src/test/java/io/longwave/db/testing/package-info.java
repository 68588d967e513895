/** A real PostgreSQL for tests of every module. */
@NullMarked
package io.longwave.db.testing;

import org.jspecify.annotations.NullMarked;
