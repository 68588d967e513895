package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a token of one tenant sees, beside another tenant whose everything is called hidden. */
class TenantsTest {
    private static final long NOON = 1_772_366_400_000_000_000L; // 2026-03-01T12:00:00Z
    private static final String OURS = "a\\/b/metrics/cpu#usage"; // a tenant whose name has to be escaped
    private static final String HIDDEN = "a/hidden/hidden#hidden"; // and one whose keys begin alike
    private static final UUID OUR_JOB = UUID.fromString("00000000-0000-0000-0000-00000000000a");
    private static final UUID HIDDEN_JOB = UUID.fromString("00000000-0000-0000-0000-00000000000b");
    private static final UUID NOBODYS_JOB = UUID.fromString("00000000-0000-0000-0000-00000000000c");

    @RegisterExtension
    static final RunningApi api = new RunningApi("longwave.api.access.tokens[0].token=ours", "longwave.api.access.tokens[0].tenant=a/b",
            "longwave.api.access.tokens[0].role=manage", "longwave.api.access.tokens[1].token=theirs",
            "longwave.api.access.tokens[1].tenant=a", "longwave.api.access.tokens[1].role=manage",
            "longwave.api.access.tokens[2].token=all",
            "longwave.api.access.tokens[2].role=manage", "longwave.api.access.tokens[3].token=nothing",
            "longwave.api.access.tokens[3].tenant=c", "longwave.api.live.heartbeat=200ms");

    private long ours;
    private long hidden;

    @BeforeEach
    void twoTenants() {
        api.postgres().truncate();
        api.modelService().forget();
        api.modelService().answersWith(202, Map.of(), "");
        ours = api.series(OURS);
        hidden = api.series(HIDDEN);
        for (long id : new long[]{ours, hidden}) {
            api.point(id, NOON, 1, 1, 0.5);
            api.anomaly(id == ours ? "our-anomaly" : "hidden-anomaly", id, NOON, null, 0.97);
        }
        api.model("joint-1", "spacetime", "forecast");
        api.model("words-1", "s4d", "classify");
        for (long id : new long[]{ours, hidden, hidden}) {
            api.jdbc().sql("insert into series_serving (series_id, model) values (?, 'joint-1') on conflict do nothing").param(id).update();
        }
        api.group("ours", "joint-1", 5, OURS);
        api.groupAnomaly("our-group-anomaly", api.group("hidden", "joint-1", 5, HIDDEN), NOON, NOON, null, 0.9, "{1}");
        api.group("hidden-mixed", "joint-1", 5, OURS, HIDDEN);
        job(OUR_JOB, "a/b");
        job(HIDDEN_JOB, "a");
        job(NOBODYS_JOB, null);
    }

    private static void job(UUID id, @Nullable String tenant) {
        api.jdbc().sql("insert into classification_job (id, model, classes, tenant) values (:id, 'words-1', :classes, :tenant)")
                .param("id", id).param("classes", new String[]{"a/b".equals(tenant) ? "ours" : "hidden"})
                .param("tenant", tenant, java.sql.Types.VARCHAR).update();
    }

    /** A request of every address that the description of the API knows, with what only the other tenant has. */
    private record Asked(String method, String path, boolean ofTheOther) {}

    private List<Asked> everything() {
        Map<String, String> hiddenThings = Map.of("id", Long.toString(hidden), "name", "hidden", "anomaly", "hidden-anomaly", "job",
                HIDDEN_JOB.toString());
        List<Asked> everything = new ArrayList<>();
        JsonNode paths = api.json(get("/v3/api-docs", "all")).path("paths");
        paths.properties().forEach(path -> path.getValue().propertyNames().forEach(method -> {
            String filled = path.getKey().replace("{model}", "joint-1");
            boolean named = false;
            for (Map.Entry<String, String> thing : hiddenThings.entrySet()) {
                named |= filled.contains("{" + thing.getKey() + "}");
                filled = filled.replace("{" + thing.getKey() + "}", thing.getValue());
            }
            everything.add(new Asked(method.toUpperCase(Locale.ROOT), filled, named));
        }));
        assertThat(everything).hasSizeGreaterThan(30).noneMatch(asked -> asked.path.contains("{"));
        return everything;
    }

    @Test
    void ofAnotherTenantNothingIsSeenAndNothingChanged() {
        List<Asked> everything = everything();
        everything.removeIf(asked -> asked.path.equals("/api/v1/live")); // does not end, and has a test of its own
        for (Asked asked : everything) {
            HttpResponse<String> answer = send(asked.method, asked.path, "ours", "{}");
            String what = asked + ": " + answer.statusCode() + " " + answer.body();
            assertThat(answer.statusCode()).as(what).isNotIn(401, 500);
            if (asked.ofTheOther) {
                assertThat(answer.statusCode()).as(what).isIn(400, 404);
            }
            // A problem may name what was asked for, as it names what does not exist.
            assertThat(answer.body().replace(asked.path, "").replace("name hidden;", "").replace("\"group\":\"hidden\"", "")
                    .replace("id hidden-anomaly", "")).as(what).doesNotContain("hidden");
        }
        assertThat(api.modelService().callCount()).isZero();
        assertThat(everything.stream().filter(asked -> asked.method.equals("GET"))
                .map(asked -> send("GET", asked.path, "theirs", ""))
                .filter(answer -> answer.statusCode() == 200 && answer.body().contains("hidden")))
                .as("of these requests, those that show the other tenant its own").hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET|/api/v1/series/ID|", "GET|/api/v1/series/ID/points|", "GET|/api/v1/series/ID/anomalies|",
            "GET|/api/v1/anomalies?series=ID|", "GET|/api/v1/series/ID/forecast|", "POST|/api/v1/series/ID/forecast|{}",
            "GET|/api/v1/series/ID/forecasts|", "GET|/api/v1/table?series=ID|", "DELETE|/api/v1/series/ID|",
            "PUT|/api/v1/series/ID/kind|{\"kind\":\"counter\"}",
            "DELETE|/api/v1/series/ID/kind|", "PUT|/api/v1/series/ID/watch|", "DELETE|/api/v1/series/ID/watch|",
            "DELETE|/api/v1/series/ID/promotion|", "POST|/api/v1/models/joint-1/promote|{\"series\":[ID]}",
            "PUT|/api/v1/groups/new|{\"model\":\"joint-1\",\"series\":[ID]}", "GET|/api/v1/live?series=ID|"})
    void aSeriesOfAnotherTenantIsAnsweredLikeOneThatDoesNotExist(String method, String path, @Nullable String body) {
        List<String> answers = Stream.of(hidden, 4711L).map(id -> {
            String text = id.toString();
            HttpResponse<String> answer = send(method, path.replace("ID", text), "ours", body == null ? "" : body.replace("ID", text));
            return answer.statusCode() + " " + answer.body().replaceAll("\\b" + text + "\\b", "ID");
        }).toList();
        assertThat(answers.get(0)).startsWith("404 ").contains("unknown-series").isEqualTo(answers.get(1));
        assertThat(api.modelService().callCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"POST|/api/v1/models/joint-1/promote|{\"series\":[\"KEY#hidden\"]}",
            "POST|/api/v1/models/joint-1/promote|{\"series\":[OURS,\"KEY#hidden\"]}",
            "PUT|/api/v1/groups/new|{\"model\":\"joint-1\",\"series\":[\"KEY#hidden\"]}",
            "PUT|/api/v1/groups/new|{\"model\":\"joint-1\",\"fieldsOf\":\"KEY\"}"})
    void aKeyOfAnotherTenantIsAnsweredLikeOneThatDoesNotExist(String method, String path, String body) {
        api.jdbc().sql("update model set data = '{\"columns\":[\"hidden\"]}'").update();
        List<String> answers = Stream.of("a/hidden/hidden", "a/hidden/nothing").map(key -> {
            HttpResponse<String> answer = send(method, path, "ours", body.replace("KEY", key).replace("OURS", Long.toString(ours)));
            return answer.statusCode() + " " + answer.body().replace(key, "KEY");
        }).toList();
        assertThat(answers.get(0)).startsWith("404 ").contains("unknown-series").isEqualTo(answers.get(1));
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void whichMethodsThereAreIsToldToNoToken() {
        HttpResponse<String> options = send("OPTIONS", "/api/v1/series", "ours", "");
        assertThat(options.statusCode()).isEqualTo(200);
        assertThat(options.headers().firstValue("Allow").orElse("")).contains("GET");
    }

    @Test
    void listsHoldWhatBelongsToTheTenant() {
        assertThat(texts("/api/v1/series", "ours", "key")).containsExactly(OURS);
        assertThat(texts("/api/v1/series", "all", "key")).containsExactly(OURS, HIDDEN);
        assertThat(texts("/api/v1/series", "nothing", "key")).isEmpty();
        assertThat(texts("/api/v1/series?key=a/hidden/hidden%23hidden", "ours", "key")).isEmpty();
        assertThat(texts("/api/v1/series?key=a/hidden/hidden%23hidden", "theirs", "key")).containsExactly(HIDDEN);
        assertThat(texts("/api/v1/anomalies", "ours", "id")).containsExactly("our-anomaly");
        assertThat(texts("/api/v1/anomalies", "all", "id")).containsExactly("hidden-anomaly", "our-anomaly");
        assertThat(texts("/api/v1/groups", "ours", "name")).containsExactly("ours");
        assertThat(texts("/api/v1/groups", "theirs", "name")).containsExactly("hidden");
        assertThat(texts("/api/v1/groups", "all", "name")).containsExactly("hidden", "hidden-mixed", "ours");
        assertThat(texts("/api/v1/classifications", "ours", "id")).containsExactly(OUR_JOB.toString());
        assertThat(texts("/api/v1/classifications", "nothing", "id")).isEmpty();
        assertThat(texts("/api/v1/classifications", "all", "id")).hasSize(3);
    }

    @Test
    void pagesOfAListGoOnWithinTheTenant() {
        for (int n = 0; n < 5; n++) {
            api.series("a\\/b/metrics/m" + n + "#x");
            api.series("a/hidden/m" + n + "#x");
        }
        List<String> seen = new ArrayList<>();
        String path = "/api/v1/series?limit=2&q=x";
        while (path != null) {
            HttpResponse<String> page = get(path, "ours");
            api.json(page).forEach(series -> seen.add(series.path("measurement").asString()));
            path = page.headers().firstValue("Link").map(link -> link.substring(1, link.indexOf('>'))).orElse(null);
        }
        assertThat(seen).containsExactly("m0", "m1", "m2", "m3", "m4");
    }

    @Test
    void modelsAreEverybodysAndTheSeriesTheyServeAreCountedForTheTenant() {
        assertThat(api.json(get("/api/v1/models/joint-1", "ours")).path("promotedSeries").asInt()).isEqualTo(1);
        assertThat(api.json(get("/api/v1/models/joint-1", "nothing")).path("promotedSeries").asInt()).isZero();
        assertThat(api.json(get("/api/v1/models/joint-1", "all")).path("promotedSeries").asInt()).isEqualTo(2);
        assertThat(get("/v2/models/joint-1", "nothing").statusCode()).isEqualTo(200);
        assertThat(send("POST", "/api/v1/models/online/forecast", "nothing", "{}").statusCode()).as("no histories").isEqualTo(400);
    }

    @Test
    void whatIsOnesOwnIsChanged() {
        assertThat(send("DELETE", "/api/v1/series/" + ours, "ours", "").statusCode()).isEqualTo(202);
        assertThat(api.modelService().onlyCall().body().path("series").asString()).isEqualTo(OURS);
        assertThat(send("POST", "/api/v1/models/joint-1/promote", "ours", "{\"series\":[" + ours + "]}").statusCode()).isEqualTo(202);
        assertThat(send("DELETE", "/api/v1/groups/ours", "ours", "").statusCode()).isEqualTo(204);
        assertThat(send("DELETE", "/api/v1/classifications/" + OUR_JOB, "ours", "").statusCode()).isEqualTo(204);
        assertThat(send("DELETE", "/api/v1/series/" + ours, "nothing", "").statusCode()).as("a token for reading").isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hidden", "hidden-mixed"})
    void aNameThatAGroupOfSomebodyElseHasIsTaken(String name) {
        HttpResponse<String> answer = send("PUT", "/api/v1/groups/" + name, "ours",
                "{\"model\":\"joint-1\",\"series\":[" + ours + "]}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(api.json(answer).path("detail").asString())
                .isEqualTo("name: expected one that no group of somebody else has but was " + name);
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void aJobBelongsToTheTenantThatStartsIt() {
        api.modelService().answersWith(202, Map.of("Content-Type", "application/json"), "{\"job\":\"" + OUR_JOB + "\"}");
        assertThat(upload("ours").statusCode()).isEqualTo(202);
        assertThat(api.modelService().onlyCall().path()).isEqualTo("/internal/v1/classifications?model=words-1&tenant=a%2Fb");
        assertThat(upload("all").statusCode()).isEqualTo(202);
        assertThat(api.modelService().onlyCall().path()).isEqualTo("/internal/v1/classifications?model=words-1");
    }

    @Test
    void aSequenceBelongsToTheTenantThatGoesOnWithIt() {
        api.modelService().answersWith(200, Map.of("Content-Type", "application/json"),
                "{\"model\":\"online-1\",\"expected\":[1],\"score\":[0],\"mean\":[],\"intervals\":[]}");
        String body = "{\"parameters\":{\"sequence_id\":7},\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP64\",\"shape\":[1,1],\"data\":[1]}]}";
        assertThat(send("POST", "/v2/models/online/infer", "nothing", body).statusCode()).isEqualTo(200);
        assertThat(api.modelService().onlyCall().body().path("tenant").asString()).isEqualTo("c");
        assertThat(send("POST", "/v2/models/online/infer", "ours", body).statusCode()).isEqualTo(200);
        assertThat(api.modelService().onlyCall().body().path("tenant").asString()).isEqualTo("a/b");
        assertThat(send("POST", "/v2/models/online/infer", "all", body).statusCode()).isEqualTo(200);
        assertThat(api.modelService().onlyCall().body().path("tenant").isNull()).isTrue();
    }

    @Test
    void theStatusCountsTheSeriesOfTheTenantAndNothingThatIsCountedForAll() {
        assertThat(get("/api/v1/status", "ours").body()).isEqualTo("""
                {"series":1,"tenant":"a/b","partitions":null,"samples":null,"deadLetters":null,"counters":null,"writeUrl":null}""");
        assertThat(get("/api/v1/status", "all").body()).startsWith("""
                {"series":2,"tenant":null,"partitions":0,"samples":0,""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/dead-letters", "/actuator", "/actuator/prometheus", "/actuator/health", "/actuator/health/db",
            "/actuator/health/..;/prometheus", "/actuator/health/../prometheus", "/api/v1/..;/../actuator/prometheus",
            "/actuator/metrics"})
    void whatIsKeptForAllTenantsTogetherTakesATokenOfAll(String path) {
        HttpResponse<String> answer = get(path, "ours");
        assertThat(answer.statusCode()).isIn(400, 403, 404);
        assertThat(answer.body()).doesNotContain("jvm_", "\"status\":\"UP\"", "_links", "[]");
    }

    @Test
    void aTokenOfAllTenantsIsAskedForByName() {
        assertThat(api.json(get("/actuator/prometheus", "ours")).path("detail").asString())
                .isEqualTo("expected a token of all tenants, but this one is of one");
        assertThat(get("/actuator/prometheus", "all").body()).contains("jvm_");
        assertThat(api.json(get("/api/v1/dead-letters", "ours")).path("type").asString()).isEqualTo("urn:longwave:problem:forbidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/groups.html", "/page/page.js", "/v3/api-docs", "/actuator/health/readiness",
            "/v2/health/live", "/v2"})
    void thePageAndItsDescriptionAreTheSameForAll(String path) {
        assertThat(get(path, "ours").statusCode()).isEqualTo(200);
        assertThat(get(path, "ours").body()).isEqualTo(get(path, "all").body());
    }

    @Test
    void whatDoesNotExistIsNotForbidden() {
        assertThat(get("/api/v1/nothing", "ours").statusCode()).isEqualTo(404);
    }

    @Test
    @Timeout(60)
    void aLiveStreamTellsWhatTheStatusTells() throws IOException {
        HttpURLConnection stream = (HttpURLConnection) api.at("/api/v1/live?series=" + ours).toURL().openConnection();
        stream.setRequestProperty("Authorization", "Bearer ours");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> read = new ArrayList<>();
            while (read.stream().noneMatch(line -> line.contains("\"writeUrl\""))) {
                read.add(Objects.requireNonNull(lines.readLine()));
            }
            assertThat(read.toString()).contains("our-anomaly", "{\"series\":1,\"tenant\":\"a/b\",\"partitions\":null");
        } finally {
            stream.disconnect();
        }
    }

    private static List<String> texts(String path, String token, String member) {
        HttpResponse<String> answer = get(path, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return api.json(answer).valueStream().map(one -> one.path(member).asString()).toList();
    }

    private static HttpResponse<String> get(String path, String token) {
        return api.get(path, "Authorization", "Bearer " + token);
    }

    private static HttpResponse<String> send(String method, String path, String token, String body) {
        return api.send(HttpRequest.newBuilder(api.at(path)).header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json").method(method, BodyPublishers.ofString(body)).build());
    }

    private static HttpResponse<String> upload(String token) {
        String body = "--x\r\nContent-Disposition: form-data; name=\"recordings\"; filename=\"a.wav\"\r\n\r\nabc\r\n--x--\r\n";
        return api.send(HttpRequest.newBuilder(api.at("/api/v1/classifications?model=words-1")).header("Authorization", "Bearer " + token)
                .header("Content-Type", "multipart/form-data; boundary=x").POST(BodyPublishers.ofString(body)).build());
    }
}
