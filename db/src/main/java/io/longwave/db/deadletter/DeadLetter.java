package io.longwave.db.deadletter;

import java.time.Instant;

/**
 * A record, or one item of it, that could not be used.
 *
 * @param item index of the sample inside the record, {@value #WHOLE_RECORD} for the whole record
 * @param reason short code, for example {@code not-finite}
 * @param detail what was expected and what was found; cut after {@value #MOST_DETAIL} characters, for it may quote anything that came in
 * @param payload bytes as they came
 * @param recordTime timestamp of the Kafka record
 */
public record DeadLetter(String topic, int partition, long recordOffset, int item, String reason, String detail, byte[] payload,
        Instant recordTime) {
    /** Value of {@code item} when nothing of the record could be used. */
    public static final int WHOLE_RECORD = -1;

    private static final int MOST_DETAIL = 4096;

    public DeadLetter {
        if (detail.length() > MOST_DETAIL) {
            detail = detail.substring(0, MOST_DETAIL) + "…";
        }
    }
}
