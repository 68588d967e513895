/** A client of the public write endpoint: line protocol over HTTP, gzip, patient when asked to wait. */
@NullMarked
package io.longwave.standalone.write;

import org.jspecify.annotations.NullMarked;
