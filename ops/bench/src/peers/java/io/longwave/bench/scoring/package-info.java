/** What it costs to judge a sample of a stream, beside the detector that others run on the JVM. */
@NullMarked
package io.longwave.bench.scoring;

import org.jspecify.annotations.NullMarked;
