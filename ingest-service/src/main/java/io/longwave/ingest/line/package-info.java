/**
 * Influx line protocol: bytes of a request in, samples and refused lines out.
 *
 * <p>Grammar: {@code measurement[,tag=value…] field=value[,field=value…] [timestamp]}, one point per line. A comma or space of a
 * measurement, and a comma, equals sign or space of a tag or field key, is preceded by a backslash; every other backslash there is itself.
 */
@NullMarked
package io.longwave.ingest.line;

import org.jspecify.annotations.NullMarked;
