package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

class AnomaliesTest {
    private static final long NOON = 1_772_366_400_000_000_000L; // 2026-03-01T12:00:00Z
    private static final long SECOND = 1_000_000_000L;

    @RegisterExtension
    static final RunningApi api = new RunningApi();

    private long cpu;
    private long pump;

    @BeforeEach
    void threeEvents() {
        api.postgres().truncate();
        cpu = api.series("default/metrics/cpu#usage");
        pump = api.series("default/plant/pump#vibration");
        api.anomaly("a", cpu, NOON, NOON + 10 * SECOND, 0.91);
        api.anomaly("b", pump, NOON + 20 * SECOND, NOON + 30 * SECOND, 0.99);
        api.anomaly("c", cpu, NOON + 40 * SECOND, null, 0.95);
        api.unscoredPoint(cpu, NOON + 50 * SECOND, 1);
    }

    @Test
    void eventsComeNewestFirstWithWhatWasExpectedAtTheirPeak() {
        assertThat(ids("/api/v1/anomalies")).containsExactly("c", "b", "a");
        JsonNode event = api.json("/api/v1/anomalies/a");
        assertThat(event.path("name").asString()).isEqualTo("cpu usage");
        assertThat(event.path("time").asString()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(event.path("timeEnd").asString()).isEqualTo("2026-03-01T12:00:10Z");
        assertThat(event.path("peakValue").asDouble()).isEqualTo(9.5);
        assertThat(event.path("expected").asDouble()).isEqualTo(1.5);
        assertThat(api.json("/api/v1/anomalies/c").path("timeEnd").isNull()).isTrue();
    }

    @Test
    void eventsAreNarrowedBySeriesTimeAndScore() {
        assertThat(ids("/api/v1/anomalies?series=" + cpu)).containsExactly("c", "a");
        assertThat(ids("/api/v1/series/" + pump + "/anomalies")).containsExactly("b");
        assertThat(ids("/api/v1/anomalies?minScore=0.95")).containsExactly("c", "b");
        assertThat(ids("/api/v1/anomalies?to=2026-03-01T12:00:20Z")).containsExactly("a");
        assertThat(ids("/api/v1/anomalies?from=2026-03-01T12:00:10Z&to=2026-03-01T12:00:21Z")).containsExactly("b", "a");
        assertThat(ids("/api/v1/anomalies?from=2026-03-01T12:00:31Z")).containsExactly("c");
        assertThat(ids("/api/v1/series/" + cpu + "/anomalies?from=-45s")).containsExactly("c", "a");
        assertThat(ids("/api/v1/series/" + cpu + "/anomalies?from=-39s")).containsExactly("c");
    }

    @Test
    void pagesNeitherRepeatNorSkipEventsThatBeganTogether() {
        for (int i = 0; i < 9; i++) {
            api.anomaly("same-" + i, pump, NOON, NOON, 0.9);
        }
        List<String> seen = new ArrayList<>();
        String path = "/api/v1/anomalies?limit=4";
        while (path != null) {
            HttpResponse<String> page = api.get(path);
            api.json(page).forEach(event -> seen.add(event.path("id").asString()));
            path = page.headers().firstValue("Link").map(link -> link.substring(1, link.indexOf('>'))).orElse(null);
        }
        assertThat(seen).hasSize(12).doesNotHaveDuplicates();
    }

    @Test
    void aRelativeTimeNeedsASeriesToRelateTo() {
        HttpResponse<String> response = api.get("/api/v1/anomalies?from=-1h");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(api.json(response).path("detail").asString()).contains("no series is named");
    }

    private static List<String> ids(String path) {
        List<String> ids = new ArrayList<>();
        api.json(path).forEach(event -> ids.add(event.path("id").asString()));
        return ids;
    }
}
