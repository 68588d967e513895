package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

class StreamTest {
    @RegisterExtension
    static final RunningApi api = new RunningApi("longwave.api.page.write-url=http://metrics.example:8081");

    @BeforeEach
    void startEmpty() {
        api.postgres().truncate();
    }

    @Test
    void countersAreSummedOverPartitions() {
        api.jdbc().sql("insert into stream_counter values (0, 'samples', 10), (1, 'samples', 5), (0, 'late', 2)").update();
        api.jdbc().sql(
                "insert into stream_position values ('c', 't', 0, 'longwave.samples.v1', 1, 9), ('c', 't', 1, 'longwave.samples.v1', 1, 4)")
                .update();
        deadLetter(3);
        JsonNode status = api.json("/api/v1/status");
        assertThat(status.path("samples").asLong()).isEqualTo(15);
        assertThat(status.path("counters").path("late").asLong()).isEqualTo(2);
        assertThat(status.path("partitions").asInt()).isEqualTo(2);
        assertThat(status.path("deadLetters").asLong()).isEqualTo(1);
        assertThat(status.path("writeUrl").asString()).isEqualTo("http://metrics.example:8081");
    }

    @Test
    void deadLettersSayWhatWasExpectedAndComeInPages() {
        for (int i = 0; i < 5; i++) {
            deadLetter(i);
        }
        HttpResponse<String> page = api.get("/api/v1/dead-letters?limit=3");
        assertThat(api.json(page).path(0).path("offset").asInt()).isEqualTo(4);
        assertThat(api.json(page).path(0).path("detail").asString()).isEqualTo("expected a record");
        assertThat(api.json(page).path(0).path("payload").asString()).isEqualTo("junk\uFFFD");
        assertThat(api.json(page).path(0).path("item").isNull()).isTrue();
        String next = page.headers().firstValue("Link").orElseThrow();
        JsonNode rest = api.json(next.substring(1, next.indexOf('>')));
        assertThat(rest.size()).isEqualTo(2);
        assertThat(rest.path(0).path("offset").asInt()).isEqualTo(1);
    }

    private static void deadLetter(int offset) {
        api.jdbc().sql("""
                insert into dead_letter (topic, partition, record_offset, item, reason, detail, payload, record_time)
                values ('longwave.samples.v1', 0, ?, -1, 'undecodable', 'expected a record', '\\x6a756e6bff', now())""").param(offset)
                .update();
    }
}
