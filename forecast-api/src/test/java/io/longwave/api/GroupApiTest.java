package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.wire.GroupRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class GroupApiTest {
    private static final long NOON = 1_772_366_400_000_000_000L; // 2026-03-01T12:00:00Z
    private static final long STEP = 10_000_000_000L;
    private static final String FLOW = "default/plant/pump#flow";
    private static final String PRESSURE = "default/plant/pump#pressure";

    @RegisterExtension
    static final RunningApi api = new RunningApi();

    private long flow;
    private long pressure;

    @BeforeEach
    void twoSeriesAndModels() {
        api.postgres().truncate();
        api.modelService().forget();
        api.modelService().answersWith(204, Map.of(), "");
        pressure = api.series(PRESSURE);
        flow = api.series(FLOW);
        api.model("joint-1", "spacetime", "forecast");
        api.model("words-1", "s4d", "classify");
    }

    @Test
    void groupsComeByNamePageByPage() {
        for (String name : List.of("b", "a", "C", "b.2", "b-1")) {
            api.group(name, "joint-1", 0, FLOW);
        }
        List<String> seen = new ArrayList<>();
        String path = "/api/v1/groups?limit=2";
        while (path != null) {
            HttpResponse<String> page = api.get(path);
            api.json(page).forEach(group -> seen.add(group.path("name").asString()));
            path = page.headers().firstValue("Link").map(link -> link.substring(1, link.indexOf('>'))).orElse(null);
        }
        assertThat(seen).containsExactly("C", "a", "b", "b-1", "b.2");
    }

    @Test
    void aGroupTellsItsSeriesAndHowFarItIsJudged() {
        long id = api.group("plant", "joint-1", NOON / STEP + 1, FLOW, "default/plant/gone#x", PRESSURE);
        api.jdbc().sql("insert into group_row values (?, ?, 0.1, '{1,null,1}', '{0.5,null,0.5}', 'joint-1')").params(id, NOON).update();
        JsonNode group = api.json("/api/v1/groups/plant");
        assertThat(group.path("series").toString()).isEqualTo("""
                [{"column":"c0","series":%d,"key":"default/plant/pump#flow","name":"pump flow"},\
                {"column":"c1","series":null,"key":"default/plant/gone#x","name":"gone x"},\
                {"column":"c2","series":%d,"key":"default/plant/pump#pressure","name":"pump pressure"}]""".formatted(flow, pressure));
        assertThat(group.path("model").asString()).isEqualTo("joint-1");
        assertThat(group.path("step").asString()).isEqualTo("PT10S");
        assertThat(group.path("createdAt").asString()).isNotBlank();
        assertThat(group.path("judgedTo").asString()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(group.get("problem").isNull()).isTrue();
        api.jdbc().sql("delete from group_row").update();
        api.jdbc().sql("update series_group set problem = 'expected a but found b'").update();
        group = api.json("/api/v1/groups/plant");
        assertThat(group.get("judgedTo").isNull()).isTrue();
        assertThat(group.path("problem").asString()).isEqualTo("expected a but found b");
    }

    @Test
    void seriesBecomeAGroupOnceTheModelServiceHasSaidSo() {
        api.group("plant", "joint-1", 0, PRESSURE, FLOW); // as the model service does before it answers
        HttpResponse<String> response = api.send("PUT", "/api/v1/groups/plant",
                "{\"model\":\"joint-1\",\"series\":[%d,\"%s\"],\"step\":\"1.5m\",\"from\":\"2026-03-01T13:00:00+01:00\"}".formatted(
                        pressure,
                        FLOW));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(api.json(response).path("name").asString()).isEqualTo("plant");
        FakeModelService.Call call = api.modelService().onlyCall();
        assertThat(call.path()).isEqualTo("/internal/v1/groups");
        assertThat(call.body().toString())
                .isEqualTo(
                        "{\"name\":\"plant\",\"model\":\"joint-1\",\"series\":[\"%s\",\"%s\"],\"stepNanos\":90000000000,\"fromNanos\":%d}"
                                .formatted(PRESSURE, FLOW, NOON));
    }

    @Test
    void seriesAreFoundByTheColumnsOfTheModelWhereTheirFieldsAreCalledAlike() {
        api.group("plant", "joint-1", 0, PRESSURE, FLOW);
        api.jdbc().sql("update model set data = '{\"columns\":[\"pressure\",\"flow\"]}' where id = 'joint-1'").update();
        HttpResponse<String> response = api.send("PUT", "/api/v1/groups/plant",
                "{\"model\":\"joint-1\",\"fieldsOf\":\"default/plant/pump\"}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(api.modelService().onlyCall().body().path("series").toString()).isEqualTo("[\"%s\",\"%s\"]".formatted(PRESSURE, FLOW));
        assertProblem(api.send("PUT", "/api/v1/groups/plant", "{\"model\":\"joint-1\",\"fieldsOf\":\"default/plant/pump,unit=1\"}"), 404,
                "unknown-series",
                "these series do not exist, nothing was changed: [default/plant/pump,unit=1#pressure, default/plant/pump,unit=1#flow]");
    }

    @Test
    void stepAndStartAreLeftToTheModelServiceUnlessTheRequestSays() {
        api.group("plant", "rebuilds-1", 0, FLOW);
        api.model("rebuilds-1", "s4d", "reconstruct");
        HttpResponse<String> response = api.send("PUT", "/api/v1/groups/plant", wanted("rebuilds-1", flow));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode asked = api.modelService().onlyCall().body();
        assertThat(asked.get("stepNanos").isNull()).isTrue();
        assertThat(asked.get("fromNanos").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            -plant | {'model':'joint-1','series':[1]}             | 400 | bad-parameter  | name: expected 1 to 64 letters, digits, dots, underscores and hyphens, of which the first is a letter or digit but was -plant
            a%20b  | {'model':'joint-1','series':[1]}             | 400 | bad-parameter  | but was a b
            plant  | {'series':[1]}                               | 400 | bad-parameter  | model: expected the id of a registered model but was absent
            plant  | {'model':'none','series':[1]}                | 404 | unknown-model  | no model has the id none
            plant  | {'model':'words-1','series':[1]}             | 400 | bad-parameter  | model: expected a model of task forecast or reconstruct but was words-1 of task classify
            plant  | {'model':'joint-1'}                          | 400 | bad-parameter  | series: expected 1 to 1000 ids or canonical keys but was absent
            plant  | {'model':'joint-1','series':[]}              | 400 | bad-parameter  | series: expected 1 to 1000 ids or canonical keys but was []
            plant  | {'model':'joint-1','series':[1,null]}        | 400 | bad-parameter  | series: expected 1 to 1000 ids or canonical keys but was [1, null]
            plant  | {'model':'joint-1','series':[1.5]}           | 400 | bad-parameter  | series: expected ids (numbers) or canonical keys (texts) but was 1.5
            plant  | {'model':'joint-1','series':[1,99,'x']}      | 404 | unknown-series | these series do not exist, nothing was changed: [99, x]
            plant  | {'model':'joint-1','series':[1,1]}           | 400 | bad-parameter  | series: expected each series once but was 2 names of 1 series
            plant  | {'model':'joint-1','series':[1,'default/plant/pump#pressure']} | 400 | bad-parameter | series: expected each series once but was 2 names of 1 series
            plant  | {'model':'joint-1','series':[1],'step':'1 minute'} | 400 | bad-parameter | step: expected a positive duration such as 250ms, 10s, 5m, 1h or 7d but was 1 minute
            plant  | {'model':'joint-1','series':[1],'step':'0s'} | 400 | bad-parameter  | step: expected a positive duration
            plant  | {'model':'joint-1','series':[1],'from':'-1h'} | 400 | bad-parameter | from: expected RFC 3339 (2026-03-01T12:00:00.123456789Z), or a number since the epoch in s, ms, us or ns (told apart by size) but was -1h
            plant  | {'model':'joint-1','series':[1],'from':'noon'} | 400 | bad-parameter | or a number since the epoch in s, ms, us or ns (told apart by size) but was noon
            plant  | {'model':'joint-1','series':[1],'fieldsOf':'default/plant/pump'} | 400 | bad-parameter | series: expected none beside fieldsOf but was [1]
            plant  | {'model':'joint-1','fieldsOf':'pump'}        | 400 | bad-parameter  | fieldsOf: expected a canonical key without # and a field, such as default/replay/ETTh1 but was pump: series key
            plant  | {'model':'joint-1','series':7}               | 400 | malformed-body | series: expected an array but found a number
            plant  | {'model':'joint-1','serie':[7]}              | 400 | malformed-body | serie: there is no such member; expected fieldsOf, from, model, series, step
            plant  | {                                            | 400 | malformed-body |
            """)
    void whatCannotBecomeAGroupIsRefusedSayingWhatWasExpected(String name, String body, int status, String type, String detail) {
        HttpResponse<String> response = api.send("PUT", "/api/v1/groups/" + name, body.replace('\'', '"'));
        assertProblem(response, status, type, detail == null ? "" : detail);
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void moreSeriesThanAGroupTakesAreRefusedWithoutRepeatingThem() {
        String series = Collections.nCopies(GroupRequest.MAX_SERIES + 1, "1").toString();
        assertProblem(api.send("PUT", "/api/v1/groups/plant", "{\"model\":\"joint-1\",\"series\":" + series + "}"), 400, "bad-parameter",
                "series: expected 1 to 1000 ids or canonical keys but was 1001");
    }

    @Test
    void aModelWhoseFilesAreGoneIsAConflict() {
        api.jdbc().sql("update model set available = false").update();
        assertProblem(api.send("PUT", "/api/v1/groups/plant", wanted("joint-1", flow)), 409, "model-unavailable",
                "the files of joint-1 are gone");
        assertThat(api.modelService().callCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            422 | expected 7 series but found 1 | 400 | bad-parameter
            404 | pump flow has no points       | 404 | unknown-series
            503 | the database is away          | 503 | model-service-away
            500 | secret                        | 502 | model-service-failed
            """)
    void whatTheModelServiceRefusesIsPassedOn(int said, String detail, int status, String type) {
        api.modelService().answersWith(said, "{\"detail\":\"" + detail + "\"}");
        assertProblem(api.send("PUT", "/api/v1/groups/plant", wanted("joint-1", flow)), status, type, said == 500 ? "status 500" : detail);
    }

    @Test
    void aGroupIsRemovedByItsName() {
        long id = api.group("plant.2", "joint-1", 0, FLOW);
        HttpResponse<String> response = api.send("DELETE", "/api/v1/groups/plant.2", "");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
        assertThat(api.modelService().onlyCall().path()).isEqualTo("/internal/v1/groups/" + id);
        api.modelService().answersWith(404, "");
        assertProblem(api.send("DELETE", "/api/v1/groups/plant.2", ""), 404, "unknown-group", "");
    }

    @ParameterizedTest
    @CsvSource({"GET,", "DELETE,", "GET,/scores", "GET,/anomalies", "GET,/forecast", "POST,/forecast"})
    void aGroupThatIsNotThereOrWasRemovedIsUnknown(String method, String below) {
        api.group("gone", "joint-1", 0, FLOW);
        api.jdbc().sql("update series_group set removed_at = now()").update();
        for (String name : List.of("gone", "never", "a%20b")) {
            assertProblem(api.send(method, "/api/v1/groups/" + name + (below == null ? "" : below), "{}"), 404, "unknown-group",
                    "no group has the name ");
        }
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void rowsHaveAScoreAndWhatWasExpectedOfEachSeries() {
        rows(4);
        JsonNode scores = api.json("/api/v1/groups/plant/scores?limit=1");
        assertThat(scores.toString()).isEqualTo("""
                {"group":"plant","model":"joint-1","step":"PT10S","series":[%d,%d],\
                "rows":[{"time":"2026-03-01T12:00:30Z","score":0.91,"model":"joint-0","expected":[3.5,null],"contribution":[0.9,null]}]}"""
                .formatted(flow, pressure));
    }

    @Test
    void rowsAreNarrowedByTimesThatCountFromTheNewestJudgedRow() {
        rows(6);
        assertThat(seconds("")).containsExactly("00", "10", "20", "30", "40", "50");
        assertThat(seconds("?limit=2")).as("the newest").containsExactly("40", "50");
        assertThat(seconds("?to=2026-03-01T12:00:30Z&limit=2")).containsExactly("10", "20");
        assertThat(seconds("?from=2026-03-01T12:00:10Z&limit=2")).as("the first").containsExactly("10", "20");
        assertThat(seconds("?from=-20s")).containsExactly("30", "40", "50");
        assertThat(seconds("?from=-40s&to=-20s")).containsExactly("10", "20");
        assertThat(seconds("?from=1772366450")).containsExactly("50");
    }

    @Test
    void aSeriesThatWasForgottenKeepsItsPlace() {
        rows(1);
        api.jdbc().sql("update series set forgotten_at = now() where id = ?").param(flow).update();
        assertThat(api.json("/api/v1/groups/plant/scores").path("series").toString()).isEqualTo("[null,%d]".formatted(pressure));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/v1/groups?limit=0                   | limit: expected a whole number from 1 to 1000 but was 0
            /api/v1/groups?cursor=++                 | cursor: expected the cursor of a Link header
            /api/v1/groups/plant/scores?limit=10001  | limit: expected a whole number from 1 to 10000 but was 10001
            /api/v1/groups/plant/scores?from=soon    | from: expected RFC 3339
            /api/v1/groups/plant/scores?from=2&to=1  | from: expected a time before to but was 2
            /api/v1/groups/plant/anomalies?limit=1001 | limit: expected a whole number from 1 to 1000
            /api/v1/groups/plant/anomalies?minScore=2 | minScore: expected a number from 0 to 1 but was 2.0
            /api/v1/groups/plant/anomalies?cursor=YWFhYQ | cursor: expected the cursor of a Link header
            /api/v1/groups/plant/anomalies?to=never  | to: expected RFC 3339
            /api/v1/groups/plant/forecast?horizon=0  | horizon: expected a whole number from 1 to 10000 but was 0
            /api/v1/groups/plant/forecast?horizon=x  | horizon: expected a whole number but was x
            /api/v1/groups/plant/forecast?levels=1.5 | levels: expected at most 10 numbers between 0 and 1 but was 1.5
            """)
    void aParameterThatCannotBeUsedIsRefusedSayingWhatWasExpected(String path, String detail) {
        rows(1);
        assertProblem(api.get(path), 400, "bad-parameter", detail);
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void aGroupOfManySeriesIsAskedForFewerRowsAndStepsAtOnce() {
        String[] keys = new String[200];
        for (int n = 0; n < keys.length; n++) {
            keys[n] = "default/plant/many#f" + n;
        }
        api.group("wide", "joint-1", 0, keys);
        assertThat(api.get("/api/v1/groups/wide/scores?limit=5000").statusCode()).isEqualTo(200);
        assertProblem(api.get("/api/v1/groups/wide/scores?limit=5001"), 400, "bad-parameter",
                "limit: expected a whole number from 1 to 5000 but was 5001");
        assertProblem(api.get("/api/v1/groups/wide/forecast?horizon=501"), 400, "bad-parameter",
                "horizon: expected at most 100000 steps in the answer, which are series times horizon but was 100200");
        String steps = "0.5,".repeat(501).replaceAll(",$", "");
        String forecast = "{\"series\":\"default/plant/x#y\",\"model\":\"m\",\"issuedAtNanos\":0,\"stepNanos\":1,\"mean\":[%s],\"intervals\":[]}"
                .formatted(steps);
        api.modelService().answersWith(200, "{\"forecasts\":[" + (forecast + ",").repeat(200).replaceAll(",$", "") + "]}");
        assertProblem(api.get("/api/v1/groups/wide/forecast"), 400, "bad-parameter",
                "horizon: expected one of at most 500 steps, because the answer is 200 series long and has at most 100000 but was absent, which is 501");
    }

    @Test
    void eventsComeNewestFirstWithTheSeriesThatSpeakMostAgainst() {
        long group = rows(9);
        api.groupAnomaly("a", group, NOON, NOON + STEP, NOON + 3 * STEP, 0.91, "{0.25,0.75}");
        api.groupAnomaly("b", group, NOON + 4 * STEP, NOON + 4 * STEP, null, 0.99, "{1,null}");
        JsonNode events = api.json("/api/v1/groups/plant/anomalies");
        assertThat(events.path(0).toString()).isEqualTo(
                """
                        {"id":"b","group":"plant","time":"2026-03-01T12:00:40Z","timeEnd":null,"peakTime":"2026-03-01T12:00:40Z","peakScore":0.99,"points":3,\
                        "model":"joint-1","contributions":[{"series":%d,"name":"pump flow","column":"c0","share":1.0}]}"""
                        .formatted(flow));
        assertThat(events.path(1).path("timeEnd").asString()).as("its last row").isEqualTo("2026-03-01T12:00:10Z");
        assertThat(events.path(1).path("contributions").toString())
                .isEqualTo(
                        """
                                [{"series":%d,"name":"pump pressure","column":"c1","share":0.75},{"series":%d,"name":"pump flow","column":"c0","share":0.25}]"""
                                .formatted(pressure, flow));
    }

    @Test
    void eventsAreNarrowedByTimeAndScoreAndComePageByPage() {
        long group = rows(9);
        api.groupAnomaly("a", group, NOON, NOON + STEP, NOON + 3 * STEP, 0.91, "{1,0}");
        api.groupAnomaly("b", group, NOON, NOON + STEP, NOON + 3 * STEP, 0.99, "{1,0}");
        api.groupAnomaly("c", group, NOON + 6 * STEP, NOON + 6 * STEP, null, 0.95, "{1,0}");
        assertThat(ids("?minScore=0.95")).containsExactly("c", "b");
        assertThat(ids("?to=2026-03-01T12:01:00Z")).containsExactly("a", "b");
        assertThat(ids("?from=-70s")).as("before the row of 12:01:20").containsExactly("c", "a", "b");
        assertThat(ids("?from=-69s")).containsExactly("c");
        HttpResponse<String> first = api.get("/api/v1/groups/plant/anomalies?limit=2");
        String next = first.headers().firstValue("Link").map(link -> link.substring(1, link.indexOf('>'))).orElseThrow();
        assertThat(next).startsWith("/api/v1/groups/plant/anomalies?");
        assertThat(api.json(next).path(0).path("id").asString()).isEqualTo("b");
    }

    @Test
    void allSeriesAreForecastJointly() {
        rows(1);
        api.jdbc().sql("insert into group_member select id, 2, 'default/plant/gone#x' from series_group").update();
        api.modelService().answersWith(200, "{\"forecasts\":[" + forecast(FLOW, 1) + "," + forecast("default/plant/gone#x", 2) + ","
                + forecast(PRESSURE, 3) + "]}");
        HttpResponse<String> response = api.get("/api/v1/groups/plant/forecast?levels=0.9,0.8");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        FakeModelService.Call call = api.modelService().onlyCall();
        assertThat(call.path()).isEqualTo("/internal/v1/group-forecasts");
        assertThat(call.body().toString()).isEqualTo("{\"group\":\"plant\",\"horizon\":null,\"levels\":[0.8,0.9]}");
        JsonNode forecasts = api.json(response);
        assertThat(forecasts.size()).as("a series that was forgotten is left out").isEqualTo(2);
        assertThat(forecasts.path(0).path("series").asLong()).isEqualTo(flow);
        assertThat(forecasts.path(1).path("series").asLong()).isEqualTo(pressure);
        assertThat(forecasts.path(1).path("points").toString())
                .isEqualTo("[{\"time\":\"2026-03-01T12:00:10Z\",\"mean\":3.0,\"lo-80\":0.0,\"hi-80\":9.0}]");
    }

    @Test
    void aPostedQuestionMeansTheSame() {
        rows(1);
        api.modelService().answersWith(200, "{\"forecasts\":[" + forecast(FLOW, 1) + "]}");
        assertThat(api.send("POST", "/api/v1/groups/plant/forecast", "{\"horizon\":1}").statusCode()).isEqualTo(200);
        assertThat(api.modelService().onlyCall().body().toString())
                .isEqualTo("{\"group\":\"plant\",\"horizon\":1,\"levels\":[0.8,0.95]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            409 | {"detail":"12 of 96 rows seen"}      | 409 | warming-up           | 12 of 96 rows seen
            422 | {"detail":"it reconstructs"}         | 400 | bad-parameter        | it reconstructs
            404 | {"detail":"no such group"}           | 404 | unknown-group        | no such group
            503 | {"detail":"moving"}                  | 503 | model-service-away   | moving
            200 | {}                                   | 502 | model-service-failed | an answer that is no Answer
            200 | not json                             | 502 | model-service-failed | an answer that is no Answer
            """)
    void aForecastThatCannotBeMadeSaysWhy(int said, String body, int status, String type, String detail) {
        rows(1);
        api.modelService().answersWith(said, body);
        assertProblem(api.get("/api/v1/groups/plant/forecast"), status, type, detail);
    }

    private static String wanted(String model, long series) {
        return "{\"model\":\"%s\",\"series\":[%d]}".formatted(model, series);
    }

    /** The group plant with so many rows from noon on. */
    private static long rows(int count) {
        long group = api.group("plant", "joint-1", NOON / STEP + count, FLOW, PRESSURE);
        for (int n = 0; n < count; n++) {
            api.jdbc().sql("insert into group_row values (?, ?, 0.91, array[?, null]::float8[], '{0.9,null}', 'joint-0')")
                    .params(group, NOON + n * STEP, n + 0.5).update();
        }
        return group;
    }

    private static List<String> seconds(String query) {
        List<String> seconds = new ArrayList<>();
        api.json("/api/v1/groups/plant/scores" + query).path("rows")
                .forEach(row -> seconds.add(row.path("time").asString().substring(17, 19)));
        return seconds;
    }

    private static List<String> ids(String query) {
        List<String> ids = new ArrayList<>();
        api.json("/api/v1/groups/plant/anomalies" + query).forEach(event -> ids.add(event.path("id").asString()));
        return ids;
    }

    private static String forecast(String key, int mean) {
        return """
                {"series":"%s","model":"joint-1","issuedAtNanos":%d,"stepNanos":%d,"mean":[%d],\
                "intervals":[{"level":0.8,"lower":[0],"upper":[9],"achievedCoverage":null}]}""".formatted(key, NOON, STEP, mean);
    }

    private static void assertProblem(HttpResponse<String> response, int status, String type, String detail) {
        JsonNode problem = api.json(response);
        assertThat(problem.path("type").asString()).as(response.body()).isEqualTo("urn:longwave:problem:" + type);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(problem.path("detail").asString()).contains(detail);
    }
}
