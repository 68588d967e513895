/** The endpoints of the Influx write API, versions 2 and 1. */
@NullMarked
package io.longwave.ingest.write;

import org.jspecify.annotations.NullMarked;
