package io.longwave.db.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class DeadLetterTest {

    private static DeadLetter letter(String detail) {
        return new DeadLetter("t", 0, 7, DeadLetter.WHOLE_RECORD, "unreadable", detail, new byte[0], Instant.EPOCH);
    }

    @Test
    void aDetailThatQuotesAllThatCameInIsCut() {
        assertThat(letter("expected a series key").detail()).isEqualTo("expected a series key");
        assertThat(letter("x".repeat(1 << 20)).detail()).hasSize(4097).endsWith("x…");
    }
}
