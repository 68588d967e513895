/** Client protocols in, samples on Kafka out. */
@NullMarked
package io.longwave.ingest;

import org.jspecify.annotations.NullMarked;
