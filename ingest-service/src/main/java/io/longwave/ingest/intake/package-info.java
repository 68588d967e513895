/**
 * Records that existing producers write to {@link io.longwave.wire.Topics#INTAKE} in their own format and with any key, parsed and re-keyed into
 * samples in Kafka transactions.
 */
@NullMarked
package io.longwave.ingest.intake;

import org.jspecify.annotations.NullMarked;
