/**
 * Metrics of OpenTelemetry over HTTP (OTLP 1.11): a metric is a measurement, attributes are tags, numbers of a data point are fields. Gauges and
 * sums have the field {@code value}; histograms {@code count}, {@code sum}, {@code min} and {@code max}; summaries {@code count}, {@code sum} and, with
 * the tag {@code quantile}, {@code value}.
 */
@NullMarked
package io.longwave.ingest.otlp;

import org.jspecify.annotations.NullMarked;
