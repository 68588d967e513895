/** How samples, control records and internal requests travel: Kafka topics, the Protobuf schema, and JSON records between services. */
@NullMarked
package io.longwave.wire;

import org.jspecify.annotations.NullMarked;
