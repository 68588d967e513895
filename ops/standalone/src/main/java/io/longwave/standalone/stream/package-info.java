/** Care for the stream's position after its Kafka or its database was exchanged. */
@NullMarked
package io.longwave.standalone.stream;

import org.jspecify.annotations.NullMarked;
