/**
 * Prometheus remote write, versions 1.0 and 2.0: a metric is a measurement, its labels are tags, its number is the field {@code value}; a native
 * histogram is the fields {@code count} and {@code sum}.
 */
@NullMarked
package io.longwave.ingest.prometheus;

import org.jspecify.annotations.NullMarked;
