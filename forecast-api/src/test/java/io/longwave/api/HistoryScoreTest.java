package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class HistoryScoreTest {
    @RegisterExtension
    static final RunningApi api = new RunningApi();

    private static final String ONLINE = "/api/v1/models/online/score";

    @BeforeEach
    void twoModels() {
        api.postgres().truncate();
        api.modelService().forget();
        api.modelService().answersWith(200, "{\"model\":\"m\",\"results\":[]}");
        api.model("s4d-words-1", "s4d", "classify");
        api.model("spacetime-etth1-1", "spacetime", "forecast");
    }

    @Test
    void postedValuesReachTheModelServiceAndComeBackJudged() {
        api.modelService().answersWith(200,
                """
                        {"model":"online-1","results":[
                          {"name":"a","expected":["NaN",1.5,2.0,2.0],"lower":[["NaN",1.0,1.5,1.5]],"upper":[["NaN",2.0,2.5,2.5]],"score":["NaN",0.25,0.99995,0.5],
                           "anomalies":[{"first":2,"last":2,"ended":true,"peak":2},{"first":3,"last":3,"ended":false,"peak":3}],"problem":null},
                          {"name":"","expected":[],"lower":[],"upper":[],"score":[],"anomalies":[],"problem":"expected 1 channel but was 2"},
                          {"name":"untimed","expected":[1.0],"lower":[[0.5]],"upper":[[1.5]],"score":[1.0],"anomalies":[{"first":0,"last":0,"ended":true,"peak":0}],"problem":null}]}""");
        HttpResponse<String> response = api.send("POST", ONLINE, """
                {"levels":[0.9],"histories":[{"name":"a","channels":[[1,null,2.5,3]],"start":"2026-03-01T12:00:00Z","step":"15m"},
                  {"channels":[[1],[2]]},{"name":"untimed","channels":[[1]]}]}""");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        FakeModelService.Call call = api.modelService().onlyCall();
        assertThat(call.path()).isEqualTo("/internal/v1/history-scores");
        assertThat(call.body().toString()).isEqualTo("{\"model\":\"\",\"levels\":[0.9],\"histories\":["
                + "{\"name\":\"a\",\"startNanos\":1772366400000000000,\"stepNanos\":900000000000,\"channels\":[[1.0,\"NaN\",2.5,3.0]]},"
                + "{\"name\":\"\",\"startNanos\":0,\"stepNanos\":1000000000,\"channels\":[[1.0],[2.0]]},"
                + "{\"name\":\"untimed\",\"startNanos\":0,\"stepNanos\":1000000000,\"channels\":[[1.0]]}]}");
        JsonNode answer = api.json(response);
        assertThat(answer.path("model").asString()).isEqualTo("online-1");
        assertThat(answer.path("results").get(0).toString()).isEqualTo(
                """
                        {"history":"a","score":[null,0.25,0.99995,0.5],"expected":[null,1.5,2.0,2.0],\
                        "intervals":{"lo-90":[null,1.0,1.5,1.5],"hi-90":[null,2.0,2.5,2.5]},\
                        "anomalies":[{"first":2,"last":2,"peak":2,"time":"2026-03-01T12:30:00Z","timeEnd":"2026-03-01T12:30:00Z","ended":true,"peakScore":0.99995},\
                        {"first":3,"last":3,"peak":3,"time":"2026-03-01T12:45:00Z","timeEnd":null,"ended":false,"peakScore":0.5}],"problem":null}""");
        assertThat(answer.path("results").get(1).path("problem").asString()).isEqualTo("expected 1 channel but was 2");
        assertThat(answer.at("/results/2/anomalies/0/time").isNull()).isTrue();
        assertThat(answer.at("/results/2/anomalies/0/timeEnd").isNull()).isTrue();
    }

    @Test
    void aRegisteredModelIsAskedByItsId() {
        assertThat(api.send("POST", "/api/v1/models/spacetime-etth1-1/score", "{\"histories\":[{\"channels\":[[1]]}]}").statusCode())
                .isEqualTo(200);
        assertThat(api.modelService().onlyCall().body().toString()).startsWith("{\"model\":\"spacetime-etth1-1\",\"levels\":[],");
        assertThat(api.send("POST", "/api/v1/models/nobody-1/score", "{\"histories\":[{\"channels\":[[1]]}]}").statusCode()).isEqualTo(404);
        assertThat(api.json(api.send("POST", "/api/v1/models/s4d-words-1/score", "{\"histories\":[{\"channels\":[[1]]}]}")).path("detail")
                .asString()).isEqualTo("model: expected a model of task forecast but was s4d-words-1 of task classify");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{}|histories", "{\"histories\":[]}|histories", "{\"histories\":[null]}|histories[0]",
            "{\"histories\":[{\"channels\":null}]}|histories[0].channels",
            "{\"histories\":[{\"channels\":[[1]],\"step\":\"soon\"}]}|histories[0].step",
            "{\"histories\":[{\"channels\":[[1]]}],\"levels\":[2]}|levels"})
    void whatCannotBeJudgedIsRefused(String body, String parameter) {
        HttpResponse<String> response = api.send("POST", ONLINE, body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(api.json(response).path("parameter").asString()).isEqualTo(parameter);
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void anAnswerOfTooManyNumbersIsRefused() {
        HttpResponse<String> response = api.send("POST", ONLINE,
                "{\"levels\":[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9],\"histories\":[{\"channels\":[[" + "1,".repeat(100_000) + "1]]}]}");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(api.json(response).path("detail").asString()).endsWith("but was 2000020");
    }
}
