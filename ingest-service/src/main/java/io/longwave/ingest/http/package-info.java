/** What all protocols over HTTP share: who writes, the body and its compression, the way to the broker, and why nothing was written. */
@NullMarked
package io.longwave.ingest.http;

import org.jspecify.annotations.NullMarked;
