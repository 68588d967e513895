/** What every protocol is read into: samples of series, and lines refused with a reason. */
@NullMarked
package io.longwave.ingest.point;

import org.jspecify.annotations.NullMarked;
