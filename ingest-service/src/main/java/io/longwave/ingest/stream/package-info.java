/** The way onto Kafka: samples grouped by series, one record per series and size, acknowledged before anybody is told. */
@NullMarked
package io.longwave.ingest.stream;

import org.jspecify.annotations.NullMarked;
