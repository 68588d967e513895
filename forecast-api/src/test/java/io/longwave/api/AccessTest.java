package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
    @RegisterExtension
    static final RunningApi api = new RunningApi("longwave.api.access.tokens[0].token=r3ad", "longwave.api.access.tokens[1].token=m4nage",
            "longwave.api.access.tokens[1].role=manage");

    @BeforeEach
    void oneSeries() {
        api.postgres().truncate();
        api.series("default/metrics/cpu#usage");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/groups.html", "/page/page.js", "/api/v1/series", "/api/v1/live", "/api/v1/nothing",
            "/v3/api-docs", "/actuator/prometheus", "/actuator", "/error", "/actuator/health/../prometheus",
            "/actuator/health/..;/prometheus", "/actuator/health/db", "/actuator/health", "//api/v1/series"})
    void withoutATokenThereIsNothingToSee(String path) {
        for (HttpResponse<String> answer : new HttpResponse[]{api.get(path), api.get(path, "Authorization", "Bearer wr0ng"),
                api.get(path, "Authorization", "Bearer "), api.get(path, "Authorization", "r3ad"),
                api.get(path, "Authorization", "Basic !"), api.get(path, "Authorization", "Basic " + encoded("r3ad:"))}) {
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Basic realm=\"Longwave\", charset=\"UTF-8\"");
            assertThat(api.json(answer).path("type").asString()).isEqualTo("urn:longwave:problem:unauthorized");
            assertThat(answer.body()).doesNotContain("wr0ng", "r3ad", "m4nage");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health/readiness", "/actuator/health/liveness", "/v2/health/live", "/v2/health/ready"})
    void healthIsToldToEverybody(String path) {
        assertThat(api.get(path).statusCode()).isNotEqualTo(401).isLessThan(501).isNotEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/v1/series", "/v3/api-docs", "/actuator/prometheus"})
    void aTokenIsTakenInEachWayItMayBePresented(String path) {
        assertThat(api.get(path, "Authorization", "Bearer r3ad").statusCode()).isEqualTo(200);
        assertThat(api.get(path, "Authorization", "Token r3ad").statusCode()).isEqualTo(200);
        assertThat(api.get(path, "Authorization", "Basic " + encoded("anybody:r3ad")).statusCode()).isEqualTo(200);
        assertThat(api.get(path, "Authorization", "bearer m4nage").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"DELETE, /api/v1/series/1", "PUT, /api/v1/series/1/kind", "DELETE, /api/v1/series/1/kind", "PUT, /api/v1/series/1/watch",
            "DELETE, /api/v1/series/1/watch", "DELETE, /api/v1/series/1/promotion", "POST, /api/v1/models/x/promote",
            "PUT, /api/v1/groups/x", "DELETE, /api/v1/groups/x", "POST, /api/v1/classifications", "DELETE, /api/v1/classifications/1",
            "PUT, /api/v1/groups/forecast", "POST, /api/v1/what/is/added/forecast", "PATCH, /api/v1/series/1",
            "POST, /api/v1/models/x/promote;/forecast"})
    void whatChangesSomethingTakesAnotherToken(String method, String path) {
        HttpResponse<String> refused = send(method, path, "r3ad");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(api.json(refused).path("type").asString()).isEqualTo("urn:longwave:problem:forbidden");
        assertThat(refused.body()).contains("role manage");
        assertThat(send(method, path, "m4nage").statusCode()).isNotIn(401, 403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/series/1/forecast", "/api/v1/models/online/forecast", "/api/v1/models/x/classify",
            "/api/v1/models/online/score", "/api/v1/groups/x/forecast", "/v2/models/online/infer", "/v2/forecast", "/v2/cross_validation",
            "/v2/anomaly_detection", "/v2/online_anomaly_detection"})
    void questionsThatArePostedChangeNothing(String path) {
        assertThat(send("POST", path, "r3ad").statusCode()).isNotIn(401, 403);
    }

    @Test
    void clientsOfTheInferenceProtocolAreToldInItsOwnWay() {
        HttpResponse<String> answer = api.get("/v2/models/online");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(api.json(answer).propertyNames()).containsExactly("error");
    }

    @ParameterizedTest
    @CsvSource({"Sec-Fetch-Site, cross-site, true", "Sec-Fetch-Site, same-site, true", "Sec-Fetch-Site, same-origin, false",
            "Sec-Fetch-Site, none, false", "Origin, http://evil.example, true", "Origin, null, true", "Origin, http://127.0.0.1:1, false",
            "X-Other, x, false"})
    void anotherSiteChangesNothingWithWhatTheBrowserOfAPersonKnows(String header, String value, boolean another) {
        HttpRequest request = HttpRequest.newBuilder(api.at("/api/v1/series/1")).header("Authorization", "Bearer m4nage")
                .header(header, value).DELETE().build();
        HttpResponse<String> answer = api.send(request);
        if (another) {
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("another site");
        } else {
            assertThat(answer.statusCode()).isNotEqualTo(403);
        }
        assertThat(api.get("/api/v1/series", "Authorization", "Bearer r3ad", header, value).statusCode()).isEqualTo(200);
        HttpRequest infer = HttpRequest.newBuilder(api.at("/v2/models/online/infer")).header("Authorization", "Bearer r3ad")
                .header(header, value)
                .POST(BodyPublishers.ofString("{}")).build();
        assertThat(api.send(infer).statusCode()).as("sequences are changed by it").isEqualTo(another ? 403 : 400);
    }

    private static HttpResponse<String> send(String method, String path, String token) {
        return api.send(HttpRequest.newBuilder(api.at(path)).header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json").method(method, BodyPublishers.ofString("{}")).build());
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
