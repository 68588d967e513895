/** Replays a CSV file through the public write endpoint, as any client would. */
@NullMarked
package io.longwave.standalone.replay;

import org.jspecify.annotations.NullMarked;
