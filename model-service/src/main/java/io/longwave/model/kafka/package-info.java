/** How this service reaches Kafka. */
@NullMarked
package io.longwave.model.kafka;

import org.jspecify.annotations.NullMarked;
