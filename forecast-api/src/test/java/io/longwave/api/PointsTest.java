package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class PointsTest {
    private static final long NOON = 1_772_366_400_000_000_000L; // 2026-03-01T12:00:00Z
    private static final long SECOND = 1_000_000_000L;

    @RegisterExtension
    static final RunningApi api = new RunningApi();

    private long id;

    @BeforeEach
    void oneSeries() {
        api.postgres().truncate();
        id = api.series("default/metrics/cpu#usage");
    }

    @Test
    void aCounterGivesItsRatesAndTheTotalsTheyReached() {
        long counter = api.series("default/metrics/requests#total");
        api.jdbc().sql("update series set declared_kind = 'counter' where id = ?").param(counter).update();
        double[] totals = {5, 25, 65, 10};
        for (int i = 0; i < totals.length; i++) {
            api.unscoredPoint(counter, NOON + i * 10 * SECOND, totals[i]);
        }
        for (String query : List.of("", "?from=2026-03-01T12:00:05Z", "?from=2026-03-01T12:00:10Z&limit=3", "?resolution=raw")) {
            JsonNode points = api.json("/api/v1/series/" + counter + "/points" + query);
            assertThat(points.findValuesAsString("value")).as(query).containsExactly("2.0", "4.0", "1.0");
            assertThat(points.findValuesAsString("total")).as(query).containsExactly("25.0", "65.0", "10.0");
            assertThat(points.path(0).path("time").asString()).as(query).isEqualTo("2026-03-01T12:00:10Z");
        }
        assertThat(api.get("/api/v1/series/" + counter + "/points").headers().firstValue("Longwave-Kind")).contains("counter");
        assertThat(api.get("/api/v1/series/" + counter + "/points?resolution=1h").headers().firstValue("Longwave-Kind"))
                .contains("counter");
        JsonNode summary = api.json("/api/v1/series/" + counter + "/points?resolution=1h").path(0);
        assertThat(summary.path("value").asDouble()).isEqualTo(7 / 3.0);
        assertThat(summary.path("max").asDouble()).isEqualTo(4);
        assertThat(summary.has("total")).isFalse();
    }

    @Test
    void aScoreIsTheSameInEveryAnswer() {
        double score = 0.9995317; // between two numbers that a column of scores can hold
        api.point(id, NOON, 2.5, 2.0, score);
        api.anomaly("spike", id, NOON, NOON + SECOND, score);
        for (int i = 0; i < 12; i++) { // the driver reads values as text at first, and binary later
            assertThat(api.json("/api/v1/series/" + id + "/points").path(0).path("score").asDouble()).isEqualTo(score);
            assertThat(api.json("/api/v1/series/" + id + "/points?resolution=1h").path(0).path("score").asDouble()).isEqualTo(score);
            assertThat(api.json("/api/v1/series/" + id).path("lastScore").asDouble()).isEqualTo(score);
            assertThat(api.json("/api/v1/anomalies").path(0).path("peakScore").asDouble()).isEqualTo(score);
        }
    }

    @Test
    void pointsAreFlatObjectsInAscendingOrderWithNanosecondTimes() {
        api.point(id, NOON + 2, 2.5, 2.0, 0.75);
        api.unscoredPoint(id, NOON + 1, 1.5);
        HttpResponse<String> response = api.get("/api/v1/series/" + id + "/points");
        assertThat(response.body()).isEqualTo(
                """
                        [{"time":"2026-03-01T12:00:00.000000001Z","value":1.5,"predicted":null,"lower":null,"upper":null,"score":null,"model":null},\
                        {"time":"2026-03-01T12:00:00.000000002Z","value":2.5,"predicted":2.0,"lower":1.0,"upper":3.0,"score":0.75,\
                        "model":"online-1"}]""");
        assertThat(response.headers().firstValue("Longwave-Resolution")).contains("raw");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gauge", "counter"})
    void valuesOfAnySizeAreSummarised(String kind) {
        api.jdbc().sql("update series set declared_kind = ? where id = ?").params(kind, id).update();
        double[] values = {Double.MAX_VALUE, -Double.MAX_VALUE, 1e200, 2e200, Double.MIN_VALUE, 0, -Double.MIN_VALUE, 1e99, -1e99, 1e99};
        for (int i = 0; i < values.length; i++) {
            api.point(id, NOON + i, values[i], values[i], 0.5);
        }
        for (String query : List.of("?resolution=1h", "", "?from=2026-03-01T12:00:00Z&limit=2")) {
            assertThat(api.get("/api/v1/series/" + id + "/points" + query).statusCode()).as(query).isEqualTo(200);
        }
        assertThat(api.get("/api/v1/series?recent=20").statusCode()).isEqualTo(200);
    }

    @Test
    void withoutAStretchTheNewestPointsAreAnswered() {
        fill(100, SECOND);
        JsonNode points = points("?limit=3");
        assertThat(values(points)).containsExactly(97.0, 98.0, 99.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"from=2026-03-01T12:00:10Z&to=2026-03-01T12:00:13Z", "from=2026-03-01T13:00:10%2B01:00&to=1772366413",
            "from=1772366410000&to=1772366413000", "from=1772366410000000&to=1772366413000000",
            "from=1772366410000000000&to=1772366413000000000", "from=-89s&to=-86s", "from=-89000000us&to=-86000ms"})
    void aStretchMayBeWrittenInManyWays(String stretch) {
        fill(100, SECOND);
        assertThat(values(points("?" + stretch))).containsExactly(10.0, 11.0, 12.0);
    }

    @Test
    void moreThanTheLimitIsSummarisedWithoutLosingASpike() {
        fill(1000, SECOND);
        api.jdbc().sql("update point set value = 5000, score = 0.99 where series_id = ? and time = ?").params(id, NOON + 555 * SECOND)
                .update();
        HttpResponse<String> response = api.get("/api/v1/series/" + id + "/points?from=2026-03-01T12:00:00Z&limit=100");
        JsonNode points = api.json(response);
        assertThat(response.headers().firstValue("Longwave-Resolution")).contains("PT15S");
        assertThat(points.size()).isEqualTo(67);
        JsonNode first = points.path(0);
        assertThat(first.path("time").asString()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(first.path("value").asDouble()).isEqualTo(7.0);
        assertThat(first.path("min").asDouble()).isEqualTo(0.0);
        assertThat(first.path("max").asDouble()).isEqualTo(14.0);
        assertThat(first.path("count").asInt()).isEqualTo(15);
        JsonNode spike = points.path(37);
        assertThat(spike.path("max").asDouble()).isEqualTo(5000.0);
        assertThat(spike.path("score").asDouble()).isCloseTo(0.99, org.assertj.core.data.Offset.offset(1e-6)); // stored as real
        int total = 0;
        for (JsonNode point : points) {
            total += point.path("count").asInt();
        }
        assertThat(total).isEqualTo(1000);
    }

    @Test
    void anAskedWidthIsKept() {
        fill(100, SECOND);
        HttpResponse<String> response = api.get("/api/v1/series/" + id + "/points?resolution=1m");
        assertThat(api.json(response).size()).isEqualTo(2);
        assertThat(response.headers().firstValue("Longwave-Resolution")).contains("PT1M");
        assertThat(values(points("?resolution=raw&limit=2&from=2026-03-01T12:00:50Z"))).containsExactly(50.0, 51.0);
    }

    @Test
    void bucketsBefore1970BeginBeforeTheirPoints() {
        api.unscoredPoint(id, -1, 1);
        api.unscoredPoint(id, -SECOND, 2);
        api.unscoredPoint(id, 0, 3);
        JsonNode points = points("?resolution=1s");
        assertThat(points.size()).isEqualTo(2);
        assertThat(points.path(0).path("time").asString()).isEqualTo("1969-12-31T23:59:59Z");
        assertThat(points.path(0).path("count").asInt()).isEqualTo(2);
    }

    @Test
    void aWidthThatGivesTooManySummariesIsRefusedWithTheOneThatFits() {
        api.unscoredPoint(id, 0, 1);
        api.unscoredPoint(id, NOON, 1);
        HttpResponse<String> response = api.get("/api/v1/series/" + id + "/points?resolution=1s");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(api.json(response).path("detail").asString()).contains("20000 summaries").contains("172800.0s");
    }

    @Test
    void timesAtTheEndsOfTheCalendarStillWork() {
        api.unscoredPoint(id, Long.MIN_VALUE + 1, 1);
        api.unscoredPoint(id, Long.MAX_VALUE - 1, 2);
        for (int i = 0; i < 10; i++) {
            api.unscoredPoint(id, NOON + i, i);
        }
        JsonNode points = points("?from=-9223372036854775808&limit=5");
        assertThat(points.size()).isBetween(2, 5);
        assertThat(points("?from=-15000w").size()).isEqualTo(11);
    }

    private void fill(int count, long step) {
        api.jdbc().sql("insert into point (series_id, time, value) select ?, ? + i * ?, i from generate_series(0, ?) i")
                .params(id, NOON, step, count - 1).update();
    }

    private JsonNode points(String query) {
        return api.json("/api/v1/series/" + id + "/points" + query);
    }

    private static double[] values(JsonNode points) {
        return points.valueStream().mapToDouble(point -> point.path("value").asDouble()).toArray();
    }
}
