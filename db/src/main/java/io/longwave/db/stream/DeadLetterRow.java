package io.longwave.db.stream;

import java.time.Instant;

/**
 * A record, or one item of a record, that could not be used.
 *
 * @param item index inside the record, -1 for the whole record
 * @param reason short code
 * @param detail what was expected and what was found
 * @param payload its first bytes
 * @param payloadBytes how long it is
 */
public record DeadLetterRow(long id, String topic, int partition, long offset, int item, String reason, String detail, byte[] payload,
        int payloadBytes, Instant recordTime) {}
