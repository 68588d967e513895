package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

class SeriesTest {
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>; rel=\"next\"");

    @RegisterExtension
    static final RunningApi api = new RunningApi();

    @BeforeEach
    void startEmpty() {
        api.postgres().truncate();
    }

    @Test
    void withoutSeriesTheListIsAnEmptyArray() {
        assertThat(api.get("/api/v1/series").body()).isEqualTo("[]");
    }

    @Test
    void typedWordsFindASeriesInAnyOrderAndCase() {
        api.series("default/metrics/cpu,host=alpha#usage");
        api.series("default/metrics/cpu,host=beta#usage");
        api.series("default/plant/pump,host=alpha#vibration");
        assertThat(names("/api/v1/series?q=ALPHA%20cp")).containsExactly("cpu,host=alpha usage");
        assertThat(names("/api/v1/series?q=plant")).containsExactly("pump,host=alpha vibration");
        assertThat(names("/api/v1/series?q=alpha")).containsExactly("cpu,host=alpha usage", "pump,host=alpha vibration");
        assertThat(names("/api/v1/series?q=gamma")).isEmpty();
    }

    @Test
    void aSeriesIsFoundHoweverItsLettersAreComposed() {
        api.series("default/metrics/Caf\u00e9#f\u00fclle");
        for (String query : List.of("q=cafe%CC%81", "q=caf%C3%A9", "key=default/metrics/Cafe%CC%81%23fu%CC%88lle")) {
            assertThat(names("/api/v1/series?" + query)).as(query).containsExactly("Caf\u00e9 f\u00fclle");
        }
    }

    @Test
    void signsOfThePatternLanguageAreOrdinaryLetters() {
        api.series("default/metrics/disk_used#percent");
        api.series("default/metrics/diskXused#percent");
        api.series("default/metrics/load#100%");
        assertThat(names("/api/v1/series?q=disk_used")).containsExactly("disk_used percent");
        assertThat(names("/api/v1/series?q=%25")).containsExactly("load 100%");
        assertThat(names("/api/v1/series?q=%5C")).isEmpty();
    }

    @Test
    void pagesAreSortedByNameAndNeitherRepeatNorSkipASeries() {
        for (int i = 0; i < 23; i++) {
            api.series("default/b" + i % 2 + "/" + (i % 3 == 0 ? "Ärger" : "cpu") + ",host=" + i / 2 + "#v");
        }
        List<String> all = names("/api/v1/series?limit=500");
        assertThat(all).hasSize(23);
        List<String> paged = new ArrayList<>();
        String path = "/api/v1/series?limit=5&q=host";
        int pages = 0;
        while (path != null) {
            HttpResponse<String> page = api.get(path);
            api.json(page).forEach(series -> paged.add(series.path("name").asString()));
            path = page.headers().firstValue("Link").map(NEXT::matcher).filter(Matcher::find).map(link -> link.group(1)).orElse(null);
            pages++;
        }
        assertThat(pages).isEqualTo(5);
        assertThat(paged).containsExactlyElementsOf(all);
    }

    @Test
    void aSeriesShowsItsNewestPointAndItsLatestValuesWhenAsked() {
        long id = api.series("default/metrics/cpu,host=a#usage");
        for (int i = 0; i < 5; i++) {
            api.point(id, 1_772_366_400_000_000_000L + i, i, i + 0.5, 0.25);
        }
        JsonNode series = api.json("/api/v1/series/" + id + "?recent=3");
        assertThat(series.path("lastTime").asString()).isEqualTo("2026-03-01T12:00:00.000000004Z");
        assertThat(series.path("lastValue").asDouble()).isEqualTo(4);
        assertThat(series.path("lastScore").asDouble()).isEqualTo(0.25);
        assertThat(series.path("model").asString()).isEqualTo("online-1");
        assertThat(series.path("recent").toString()).isEqualTo("[2.0,3.0,4.0]");
        assertThat(series.path("tags").path("host").asString()).isEqualTo("a");
        assertThat(api.json("/api/v1/series/" + id).has("recent")).isFalse();
    }

    @Test
    void aSeriesThatIsPromotedAndWatchedSaysSo() {
        long id = api.series("default/metrics/cpu#usage");
        api.jdbc().sql("insert into series_serving (series_id, model, watched, horizon) values (?, 'spacetime-etth1-3', true, 24)")
                .param(id)
                .update();
        JsonNode series = api.json("/api/v1/series/" + id);
        assertThat(series.path("promoted").asString()).isEqualTo("spacetime-etth1-3");
        assertThat(series.path("watched").asBoolean()).isTrue();
        assertThat(series.path("horizon").asInt()).isEqualTo(24);
    }

    @Test
    void aCounterIsShownByItsRate() {
        long id = api.series("default/metrics/requests#total");
        for (int i = 0; i < 4; i++) {
            api.unscoredPoint(id, 1_772_366_400_000_000_000L + i * 2_000_000_000L, i * i);
        }
        assertThat(api.json("/api/v1/series/" + id).path("kind").asString()).isEqualTo("gauge");
        assertThat(api.json("/api/v1/series/" + id).path("lastValue").asDouble()).isEqualTo(9);
        api.jdbc().sql("update series set declared_kind = 'counter'").update();
        JsonNode series = api.json("/api/v1/series/" + id + "?recent=2");
        assertThat(series.path("kind").asString()).isEqualTo("counter");
        assertThat(series.path("kindChosen").asBoolean()).isFalse();
        assertThat(series.path("lastValue").asDouble()).isEqualTo(2.5);
        assertThat(series.path("recent").toString()).isEqualTo("[1.5,2.5]");
        api.jdbc().sql("update point set score = 0.5").update();
        assertThat(api.json("/api/v1/series/" + id).path("lastScore").asDouble()).isEqualTo(0.5);
        api.jdbc().sql("update series set kind_since = (select max(time) from point)").update();
        assertThat(api.json("/api/v1/series/" + id).path("lastScore").isNull()).as("a score of another kind of values").isTrue();
        api.jdbc().sql("update series set chosen_kind = 'gauge'").update();
        assertThat(api.json("/api/v1/series/" + id).path("kindChosen").asBoolean()).isTrue();
    }

    @Test
    void whatASeriesIsTakenForIsChosenThroughTheModelService() {
        api.modelService().forget();
        api.modelService().answersWith(202, "");
        long id = api.series("default/metrics/requests#total");
        String path = "/api/v1/series/" + id + "/kind";
        assertThat(api.send("PUT", path, "{\"kind\":\"counter\"}").statusCode()).isEqualTo(202);
        FakeModelService.Call call = api.modelService().onlyCall();
        assertThat(call.path()).isEqualTo("/internal/v1/kinds");
        assertThat(call.body().toString()).isEqualTo("{\"series\":\"default/metrics/requests#total\",\"kind\":\"COUNTER\"}");
        HttpResponse<String> back = api.send("DELETE", path, "");
        assertThat(back.body()).isEqualTo("{\"series\":\"default/metrics/requests#total\",\"kind\":null}");
        assertThat(api.modelService().onlyCall().body().path("kind").isNull()).isTrue();
        for (String body : List.of("{\"kind\":\"counters\"}", "{}")) {
            HttpResponse<String> refused = api.send("PUT", path, body);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("gauge or counter");
        }
        assertThat(api.send("PUT", "/api/v1/series/99/kind", "{\"kind\":\"gauge\"}").statusCode()).isEqualTo(404);
    }

    @Test
    void aSeriesIsFoundByItsCanonicalKey() {
        long id = api.series("default/metrics/cpu,host=a\\,b#usage");
        JsonNode found = api.json("/api/v1/series?key=default%2Fmetrics%2Fcpu%2Chost%3Da%5C%2Cb%23usage");
        assertThat(found.size()).isEqualTo(1);
        assertThat(found.path(0).path("id").asLong()).isEqualTo(id);
        assertThat(found.path(0).path("tags").path("host").asString()).isEqualTo("a,b");
        assertThat(api.get("/api/v1/series?key=nothing").body()).isEqualTo("[]");
    }

    @Test
    void aSeriesIsForgottenByTheModelServiceAndNotFoundOnceItIs() {
        api.modelService().forget();
        api.modelService().answersWith(202, "");
        long id = api.series("default/metrics/cpu#usage");
        assertThat(api.send("DELETE", "/api/v1/series/" + id, "").statusCode()).isEqualTo(202);
        FakeModelService.Call call = api.modelService().onlyCall();
        assertThat(call.path()).isEqualTo("/internal/v1/forgets");
        assertThat(call.body().toString()).isEqualTo("{\"series\":\"default/metrics/cpu#usage\"}");

        api.jdbc().sql("insert into anomaly values ('a', ?, 1, 2, 1, 1, 1, 1, 1, 'm')").param(id).update();
        assertThat(api.json("/api/v1/anomalies").size()).isEqualTo(1);
        api.jdbc().sql("update series set forgotten_at = now() where id = ?").param(id).update();
        assertThat(api.get("/api/v1/series").body()).isEqualTo("[]");
        assertThat(api.get("/api/v1/series?q=cpu").body()).isEqualTo("[]");
        assertThat(api.get("/api/v1/series?key=default%2Fmetrics%2Fcpu%23usage").body()).isEqualTo("[]");
        assertThat(api.get("/api/v1/anomalies").body()).isEqualTo("[]");
        assertThat(api.json("/api/v1/status").path("series").asLong()).isZero();
        for (String path : List.of("", "/points", "/forecasts", "/anomalies", "/forecast")) {
            assertThat(api.get("/api/v1/series/" + id + path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(api.send("DELETE", "/api/v1/series/" + id, "").statusCode()).isEqualTo(404);
        assertThat(api.modelService().callCount()).isZero();
        assertThat(api.series("default/metrics/cpu#usage")).as("the name is free").isNotEqualTo(id);
    }

    private static List<String> names(String path) {
        List<String> names = new ArrayList<>();
        api.json(path).forEach(series -> names.add(series.path("name").asString()));
        return names;
    }
}
