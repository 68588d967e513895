package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ProblemsTest {
    @RegisterExtension
    static final RunningApi api = new RunningApi("spring.datasource.hikari.connection-init-sql=set statement_timeout = 300");

    @BeforeEach
    void oneSeries() {
        api.postgres().truncate();
        api.series("default/metrics/cpu#usage");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/v1/series/99                              | 404 | unknown-series       | no series has the id 99
            /api/v1/series/99/points                       | 404 | unknown-series       | no series has the id 99
            /api/v1/series/99/forecast                     | 404 | unknown-series       | no series has the id 99
            /api/v1/series/99/forecasts                    | 404 | unknown-series       | no series has the id 99
            /api/v1/series/99/anomalies                    | 404 | unknown-series       | no series has the id 99
            /api/v1/anomalies?series=99                    | 404 | unknown-series       | no series has the id 99
            /api/v1/anomalies/none                         | 404 | unknown-anomaly      | no anomaly has the id none
            /api/v1/models/none                            | 404 | unknown-model        | no model has the id none
            /api/v1/nothing                                | 404 | not-found            | nothing is at /api/v1/nothing; GET /v3/api-docs describes what is
            /nothing.html                                  | 404 | not-found            | nothing.html
            /error                                         | 404 | not-found            | Not Found
            /api/v1/series/abc                             | 400 | bad-parameter        | id: expected a whole number but was abc
            /api/v1/series?limit=abc                       | 400 | bad-parameter        | limit: expected a whole number but was abc
            /api/v1/series?limit=0                         | 400 | bad-parameter        | limit: expected a whole number from 1 to 500 but was 0
            /api/v1/series?limit=501                       | 400 | bad-parameter        | limit: expected a whole number from 1 to 500 but was 501
            /api/v1/series?recent=-1                       | 400 | bad-parameter        | recent: expected a whole number from 0 to 200
            /api/v1/series?cursor=%2B%2B                   | 400 | bad-parameter        | cursor: expected the cursor of a Link header
            /api/v1/series?cursor=YWFhYQ                   | 400 | bad-parameter        | cursor: expected the cursor of a Link header
            /api/v1/series?nmae=cpu                        | 400 | unknown-parameter    | nmae: expected one of cursor, key, limit, promoted, q, recent
            /api/v1/status?x=1                             | 400 | unknown-parameter    | x: expected no parameter
            /api/v1/series/1/points?form=0                 | 400 | unknown-parameter    | form: expected one of from, limit, resolution, to
            /api/v1/series/1/points?from=yesterday         | 400 | bad-parameter        | from: expected RFC 3339
            /api/v1/series/1/points?from=9999999999999999999 | 400 | bad-parameter      | from: expected RFC 3339
            /api/v1/series/1/points?from=2500-01-01T00:00:00Z | 400 | bad-parameter     | from: expected RFC 3339
            /api/v1/series/1/points?from=2&to=1            | 400 | bad-parameter        | from: expected a time before to
            /api/v1/series/1/points?limit=20001            | 400 | bad-parameter        | limit: expected a whole number from 1 to 20000
            /api/v1/series/1/points?resolution=fine        | 400 | bad-parameter        | resolution: expected a positive duration
            /api/v1/series/1/points?resolution=0s          | 400 | bad-parameter        | resolution: expected a positive duration
            /api/v1/anomalies?minScore=2                   | 400 | bad-parameter        | minScore: expected a number from 0 to 1 but was 2.0
            /api/v1/anomalies?minScore=NaN                 | 400 | bad-parameter        | minScore: expected a number from 0 to 1
            /api/v1/anomalies?minScore=1e-50               | 400 | bad-parameter        | a number that is not too large or too near to zero
            /api/v1/series?q=a%00b                         | 400 | bad-parameter        | without the character NUL
            /api/v1/dead-letters?limit=9999                | 400 | bad-parameter        | limit: expected a whole number from 1 to 500
            """)
    void everyErrorIsAProblemDetailThatSaysWhatWasExpected(String path, int status, String type, String detail) {
        HttpResponse<String> response = api.get(path);
        assertProblem(response, status, type);
        assertThat(api.json(response).path("detail").asString()).contains(detail);
        assertThat(api.json(response).path("instance").asString()).isEqualTo(path.replaceAll("\\?.*", ""));
    }

    @ParameterizedTest
    @CsvSource({"text/html", "text/event-stream", "application/xml", "application/problem+json"})
    void aProblemIsAProblemWhateverTheClientAccepts(String accept) {
        assertProblem(api.get("/api/v1/series/99", "Accept", accept), 404, "unknown-series");
    }

    @Test
    void anAnswerInAnotherFormIsNotAcceptable() {
        assertProblem(api.get("/api/v1/series", "Accept", "application/xml"), 406, "not-acceptable");
    }

    @Test
    void anotherMethodIsRefusedNamingTheRightOnes() {
        HttpResponse<String> response = api.send("DELETE", "/api/v1/series", "");
        assertProblem(response, 405, "method-not-allowed");
        assertThat(response.headers().firstValue("Allow")).contains("GET");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {                             | malformed-body | expected JSON but it ends in the middle
            []                            | malformed-body | expected an object but found an array
            {'horizon':'x'}               | malformed-body | horizon: expected a whole number but found "x"
            {'horizon':{}}                | malformed-body | horizon: expected a whole number but found an object
            {'horizn':2}                  | malformed-body | horizn: there is no such member; expected horizon, levels
            {'Horizon':3}                 | malformed-body | Horizon: there is no such member; expected horizon, levels
            {'horizon':2.7}               | malformed-body | horizon: expected a whole number but found 2.7
            {'horizon':2,'horizon':3}     | malformed-body | horizon: expected each member once but found it twice
            {'levels':[0.8,'wide']}       | malformed-body | levels[1]: expected a number but found "wide"
            {'levels':[NaN]}              | malformed-body | Non-standard token 'NaN'
            {'horizon':0}                 | bad-parameter  | horizon: expected a whole number from 1 to 10000 but was 0
            """)
    void aBodyThatCannotBeReadIsRefusedSayingWhatWasExpectedAndFound(String body, String type, String detail) {
        HttpResponse<String> response = api.send("POST", "/api/v1/series/1/forecast", body.replace('\'', '"'));
        assertProblem(response, 400, type);
        assertThat(api.json(response).path("detail").asString().replace('"', '\'')).contains(detail.replace('"', '\''));
        assertThat(response.body()).doesNotContain("longwave.api").doesNotContain("java.").doesNotContain("Feature")
                .doesNotContain("REDACTED");
    }

    @Test
    void aBodyThatIsNoJsonIsRefused() {
        HttpResponse<String> response = api.send(HttpRequest.newBuilder(api.at("/api/v1/series/1/forecast"))
                .header("Content-Type", "text/plain").POST(HttpRequest.BodyPublishers.ofString("{}")).build());
        assertProblem(response, 415, "unsupported-media-type");
        assertThat(api.json(response).path("detail").asString()).startsWith("Content-Type: expected application/json but found text/plain");
        HttpResponse<String> untyped = api.send(HttpRequest.newBuilder(api.at("/api/v1/classifications?model=m"))
                .POST(HttpRequest.BodyPublishers.ofString("{}")).build());
        assertProblem(untyped, 415, "unsupported-media-type");
        assertThat(api.json(untyped).path("detail").asString()).isEqualTo("Content-Type: expected multipart/form-data but found none");
        assertProblem(api.send("POST", "/api/v1/series/1/forecast", ""), 400, "malformed-body");
        HttpResponse<String> form = api.send(HttpRequest.newBuilder(api.at("/api/v1/models/any/promote"))
                .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString("{\"series\":[17]}"))
                .build());
        assertProblem(form, 415, "unsupported-media-type");
        assertThat(form.headers().firstValue("Accept")).contains("application/json");
    }

    @Test
    void anUnexpectedFailureTellsAReferenceAndNothingElse() {
        api.jdbc().sql("insert into model values ('broken', 'f', 't', '[]', '{}', '{}', 1, 'p', now())").update(); // config must be an object
        HttpResponse<String> response = api.get("/api/v1/models/broken");
        assertProblem(response, 500, "internal");
        JsonNode problem = api.json(response);
        assertThat(problem.path("detail").asString()).contains(problem.path("reference").asString());
        assertThat(response.body()).doesNotContain("jackson").doesNotContain("io.longwave").doesNotContain("at ");
    }

    @Test
    void withoutTablesTheServiceIsUpButNotReady() {
        api.jdbc().sql("alter table point rename to point_away").update();
        try {
            HttpResponse<String> response = api.get("/api/v1/series");
            assertProblem(response, 503, "not-ready");
            assertThat(response.headers().firstValue("Retry-After")).contains("2");
            HttpResponse<String> readiness = api.get("/actuator/health/readiness");
            assertThat(readiness.statusCode()).isEqualTo(503);
            assertThat(readiness.body()).contains("waiting for the model service to create the tables");
            assertThat(api.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        } finally {
            api.jdbc().sql("alter table point_away rename to point").update();
        }
        assertThat(api.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
    }

    @Test
    void aQueryThatRunsTooLongIsStopped() throws Exception {
        try (var connection = api.postgres().dataSource().getConnection(); var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table series in access exclusive mode"); // whoever reads it waits until its time limit
            assertProblem(api.get("/api/v1/series"), 504, "query-too-slow");
            connection.rollback();
        }
    }

    @Test
    void aRequestLineThatTheContainerRefusesIsAProblemToo() throws IOException {
        assertThat(asTyped("/api/v1/series?q=[")).startsWith("HTTP/1.1 400").contains("application/problem+json")
                .contains("\"type\":\"urn:longwave:problem:bad-request\"").contains("percent-encoded").doesNotContain("<html");
    }

    @Test
    void aPercentSignThatBeginsNothingIsTheFaultOfTheAddress() throws IOException {
        assertThat(asTyped("/api/v1/series?q=100%")).startsWith("HTTP/1.1 400").contains("urn:longwave:problem:bad-request")
                .contains("hexadecimal");
    }

    /** The whole answer to a target that a client library would not send. */
    private static String asTyped(String target) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.at("/").getPort())) {
            socket.getOutputStream().write(("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void assertProblem(HttpResponse<String> response, int status, String type) {
        assertThat(response.headers().firstValue("Content-Type")).as(response.body()).contains("application/problem+json");
        JsonNode problem = api.json(response);
        assertThat(problem.path("type").asString()).as(response.body()).isEqualTo("urn:longwave:problem:" + type);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(problem.path("title").asString()).isNotBlank();
    }
}
