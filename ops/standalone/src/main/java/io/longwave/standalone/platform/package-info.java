/** The whole platform in one process: a real PostgreSQL, a real broker and the three services, started and stopped together. */
@NullMarked
package io.longwave.standalone.platform;

import org.jspecify.annotations.NullMarked;
