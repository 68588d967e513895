package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.wire.ForecastRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ForecastTest {
    private static final String FORECAST = """
            {"series":"default/metrics/cpu#usage","model":"online-1","issuedAtNanos":1772366400000000000,"stepNanos":10000000000,
             "mean":[1.0,2.0],"intervals":[
              {"level":0.8,"lower":[0.5,1.5],"upper":[1.5,2.5],"achievedCoverage":0.81},
              {"level":0.995,"lower":[0.0,1.0],"upper":[2.0,3.0],"achievedCoverage":null}]}""";

    @RegisterExtension
    static final RunningApi api = new RunningApi();

    private long id;

    @BeforeEach
    void oneSeries() {
        api.postgres().truncate();
        api.modelService().forget();
        id = api.series("default/metrics/cpu#usage");
    }

    @Test
    void theOwnerOfTheSeriesIsAskedAndItsForecastBecomesFlatPoints() {
        api.modelService().answersWith(200, FORECAST);
        JsonNode forecast = api.json("/api/v1/series/" + id + "/forecast?horizon=2&levels=0.995,0.8,0.8");
        FakeModelService.Call call = api.modelService().onlyCall();
        assertThat(call.path()).isEqualTo("/internal/v1/forecasts");
        assertThat(call.body().toString()).isEqualTo("{\"series\":\"default/metrics/cpu#usage\",\"horizon\":2,\"levels\":[0.8,0.995]}");
        assertThat(forecast.path("points").toString()).isEqualTo("""
                [{"time":"2026-03-01T12:00:10Z","mean":1.0,"lo-80":0.5,"hi-80":1.5,"lo-99.5":0.0,"hi-99.5":2.0},\
                {"time":"2026-03-01T12:00:20Z","mean":2.0,"lo-80":1.5,"hi-80":2.5,"lo-99.5":1.0,"hi-99.5":3.0}]""");
        assertThat(forecast.path("series").asLong()).isEqualTo(id);
        assertThat(forecast.path("model").asString()).isEqualTo("online-1");
        assertThat(forecast.path("issuedAt").asString()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(forecast.path("step").asString()).isEqualTo("PT10S");
        assertThat(forecast.path("intervals").path(0).path("achievedCoverage").asDouble()).isEqualTo(0.81);
        assertThat(forecast.path("intervals").path(1).path("lower").asString()).isEqualTo("lo-99.5");
    }

    @Test
    void whatANewerModelServiceSaysMoreIsPassedOver() {
        api.modelService().answersWith(200, FORECAST.replaceFirst("\\{", "{\"later\":1,"));
        assertThat(api.json("/api/v1/series/" + id + "/forecast?horizon=2").path("points").size()).isEqualTo(2);
    }

    @Test
    void stepsBeyondTheTimesThereAreAreRefusedAndNotWrappedAround() {
        long year = 31_556_952_000_000_000L;
        long from2009 = 1_230_768_000_000_000_000L;
        api.modelService().answersWith(200, FORECAST.replace("1772366400000000000", Long.toString(Long.MAX_VALUE - year - 1))
                .replace("10000000000", Long.toString(year)));
        HttpResponse<String> response = api.get("/api/v1/series/" + id + "/forecast?horizon=2");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(api.json(response).path("detail").asString()).startsWith("horizon: expected at most 1 steps of ").contains("2262");
        api.modelService().answersWith(200, FORECAST.replace("1772366400000000000", Long.toString(from2009))
                .replace("10000000000", Long.toString(year)));
        assertThat(api.json("/api/v1/series/" + id + "/forecast?horizon=2").path("points").size()).isEqualTo(2);
    }

    @Test
    void aPostedQuestionMeansTheSame() {
        api.modelService().answersWith(200, FORECAST);
        HttpResponse<String> response = api.send("POST", "/api/v1/series/" + id + "/forecast", "{\"horizon\":2,\"levels\":[0.8]}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(api.modelService().onlyCall().body().path("levels").toString()).isEqualTo("[0.8]");
        api.send("POST", "/api/v1/series/" + id + "/forecast", "{}");
        assertThat(api.modelService().onlyCall().body().path("horizon").asInt()).isEqualTo(96);
    }

    @Test
    void aSeriesThatWarmsUpIsAConflictWithTheReason() {
        api.modelService().answersWith(409, "{\"status\":409,\"detail\":\"12 of 64 points seen\"}");
        HttpResponse<String> response = api.get("/api/v1/series/" + id + "/forecast");
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(api.json(response).path("type").asString()).isEqualTo("urn:longwave:problem:warming-up");
        assertThat(api.json(response).path("detail").asString()).isEqualTo("12 of 64 points seen");
    }

    @Test
    void anOwnerThatIsAwaySaysWhenToAskAgain() {
        api.modelService().answersWith(503, Map.of("Retry-After", "7"), "{\"detail\":\"shard 3 is moving\"}");
        HttpResponse<String> response = api.get("/api/v1/series/" + id + "/forecast");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("7");
        assertThat(api.json(response).path("type").asString()).isEqualTo("urn:longwave:problem:model-service-away");
    }

    @Test
    void theInstanceThatOwnsTheSeriesIsAskedWhereAnotherOneSaysWhichThatIs() throws Exception {
        try (FakeModelService owner = new FakeModelService()) {
            owner.answersWith(200, FORECAST);
            api.modelService().answersWith(307, Map.of("Location", owner.url() + ForecastRequest.PATH), "");
            HttpResponse<String> response = api.get("/api/v1/series/" + id + "/forecast?horizon=2&levels=0.9");
            assertThat(response.statusCode()).isEqualTo(200);
            FakeModelService.Call asked = owner.onlyCall();
            assertThat(asked.path()).isEqualTo(ForecastRequest.PATH);
            assertThat(asked).as("the same question").isEqualTo(api.modelService().onlyCall());
        }
        assertThat(api.get("/api/v1/series/" + id + "/forecast").statusCode()).as("an owner that is gone").isEqualTo(503);
    }

    @Test
    void anOwnerThatNamesAnotherOneIsAskedAgainLater() {
        api.modelService().answersWith(307, Map.of("Location", api.modelService().url() + ForecastRequest.PATH), "");
        HttpResponse<String> response = api.get("/api/v1/series/" + id + "/forecast");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(api.modelService().callCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/internal/v1/forecasts", "http://127.0.0.1:1/login", ""})
    void aRedirectToSomethingElseIsABadGateway(String location) {
        api.modelService().answersWith(307, Map.of("Location", location), "");
        assertThat(api.get("/api/v1/series/" + id + "/forecast").statusCode()).isEqualTo(502);
        assertThat(api.modelService().callCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"not json", "{}",
            "{\"series\":\"x\",\"model\":\"m\",\"issuedAtNanos\":1,\"stepNanos\":0,\"mean\":[],\"intervals\":[]}"})
    void anAnswerThatIsNoForecastIsABadGateway(String nonsense) {
        api.modelService().answersWith(200, nonsense);
        HttpResponse<String> response = api.get("/api/v1/series/" + id + "/forecast");
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(api.json(response).path("type").asString()).isEqualTo("urn:longwave:problem:model-service-failed");
    }

    @Test
    void aFailureOfTheModelServiceIsNotPassedOn() {
        api.modelService().answersWith(500, "java.lang.NullPointerException at io.longwave.secret");
        HttpResponse<String> response = api.get("/api/v1/series/" + id + "/forecast");
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).doesNotContain("NullPointer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "10001"})
    void aHorizonOutsideItsRangeIsRefusedNamingTheRange(String horizon) {
        HttpResponse<String> response = api.get("/api/v1/series/" + id + "/forecast?horizon=" + horizon);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(api.json(response).path("detail").asString())
                .isEqualTo("horizon: expected a whole number from 1 to 10000 but was " + horizon);
        assertThat(api.modelService().callCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "0.5,1.5", "x", "NaN", ".11,.12,.13,.14,.15,.16,.17,.18,.19,.2,.21"})
    void levelsThatAreNoProbabilitiesAreRefused(String levels) {
        HttpResponse<String> response = api.get("/api/v1/series/" + id + "/forecast?levels=" + levels);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(api.json(response).path("parameter").asString()).isEqualTo("levels");
    }

    @Test
    void storedForecastsComeNewestFirst() {
        for (int i = 0; i < 3; i++) {
            api.jdbc().sql("""
                    insert into forecast (series_id, issued_at, step, model, mean, levels, lower, upper)
                    values (?, ?, 1000000000, 'spacetime-1', '{1,2}', '{0.8,0.95}', '{{0,1},{-1,0}}', '{{2,3},{3,4}}')""")
                    .params(id, 1_772_366_400_000_000_000L + i * 1_000_000_000L).update();
        }
        api.jdbc().sql("insert into forecast values (?, 0, 1, 'bare', '{5}', '{}', '{}', '{}')").param(id).update();
        JsonNode stored = api.json("/api/v1/series/" + id + "/forecasts?limit=2");
        assertThat(stored.size()).isEqualTo(2);
        assertThat(stored.path(0).path("issuedAt").asString()).isEqualTo("2026-03-01T12:00:02Z");
        assertThat(stored.path(0).path("points").path(1).toString())
                .isEqualTo("{\"time\":\"2026-03-01T12:00:04Z\",\"mean\":2.0,\"lo-80\":1.0,\"hi-80\":3.0,\"lo-95\":0.0,\"hi-95\":4.0}");
        api.jdbc().sql("update forecast set kind = 'counter' where issued_at = ?").param(1_772_366_402_000_000_000L).update();
        assertThat(api.json("/api/v1/series/" + id + "/forecasts").path(0).path("issuedAt").asString()).as("the newest one speaks of rates")
                .isEqualTo("2026-03-01T12:00:01Z");
        JsonNode bare = api.json("/api/v1/series/" + id + "/forecasts?to=1970-01-02T00:00:00Z");
        assertThat(bare.path(0).path("points").toString()).isEqualTo("[{\"time\":\"1970-01-01T00:00:00.000000001Z\",\"mean\":5.0}]");
    }
}
