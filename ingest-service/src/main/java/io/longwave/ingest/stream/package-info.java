/** The way onto Kafka: samples grouped by series, series of a partition in records together, acknowledged before anybody is told. */
@NullMarked
package io.longwave.ingest.stream;

import org.jspecify.annotations.NullMarked;
