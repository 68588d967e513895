/** Publication of dead letters to Kafka. */
@NullMarked
package io.longwave.model.deadletter;

import org.jspecify.annotations.NullMarked;
