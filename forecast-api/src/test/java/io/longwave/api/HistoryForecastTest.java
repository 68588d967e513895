package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class HistoryForecastTest {
    @RegisterExtension
    static final RunningApi api = new RunningApi();

    private static final String ONLINE = "/api/v1/models/online/forecast";

    @BeforeEach
    void twoModels() {
        api.postgres().truncate();
        api.modelService().forget();
        api.modelService().answersWith(200, "{}");
        api.model("s4d-words-1", "s4d", "classify");
        api.model("chimera-etth1-1", "chimera", "forecast");
    }

    @Test
    void postedValuesReachTheModelServiceAndComeBackAsFlatPoints() {
        api.modelService().answersWith(200,
                """
                        {"model":"online-1","results":[
                          {"name":"a","problem":null,"channels":[{"column":"value","after":3,"issuedAtNanos":1772366400000000000,"stepNanos":900000000000,"mean":[1.0,2.0],
                           "intervals":[{"level":0.8,"lower":[0.5,1.5],"upper":[1.5,2.5],"achievedCoverage":null}]}]},
                          {"name":"","problem":"expected more values","channels":[]},
                          {"name":"untimed","problem":null,"channels":[{"column":"value","after":3,"issuedAtNanos":5,"stepNanos":1000000000,"mean":[3.0],"intervals":[]}]}]}""");
        HttpResponse<String> response = api.send("POST", ONLINE,
                """
                        {"horizon":2,"levels":[0.8],"histories":[
                          {"name":"a","channels":[[1,null,2.5]],"start":"2026-03-01T11:30:00Z","step":"15m"},{"channels":[[1]]},{"name":"untimed","channels":[[1]]}]}""");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        FakeModelService.Call call = api.modelService().onlyCall();
        assertThat(call.path()).isEqualTo("/internal/v1/history-forecasts");
        assertThat(call.body().toString()).isEqualTo("{\"model\":\"\",\"horizon\":2,\"levels\":[0.8],\"histories\":["
                + "{\"name\":\"a\",\"startNanos\":1772364600000000000,\"stepNanos\":900000000000,\"channels\":[[1.0,\"NaN\",2.5]]},"
                + "{\"name\":\"\",\"startNanos\":0,\"stepNanos\":1000000000,\"channels\":[[1.0]]},"
                + "{\"name\":\"untimed\",\"startNanos\":0,\"stepNanos\":1000000000,\"channels\":[[1.0]]}]}");
        JsonNode answer = api.json(response);
        assertThat(answer.path("model").asString()).isEqualTo("online-1");
        assertThat(answer.path("results").get(0).toString()).isEqualTo(
                """
                        {"history":"a","channels":[{"column":"value","after":3,"step":"PT15M","intervals":[{"level":0.8,"lower":"lo-80","upper":"hi-80","achievedCoverage":null}],\
                        "points":[{"ahead":1,"time":"2026-03-01T12:15:00Z","mean":1.0,"lo-80":0.5,"hi-80":1.5},\
                        {"ahead":2,"time":"2026-03-01T12:30:00Z","mean":2.0,"lo-80":1.5,"hi-80":2.5}]}],"problem":null}""");
        assertThat(answer.path("results").get(1).path("problem").asString()).isEqualTo("expected more values");
        assertThat(answer.at("/results/2/channels/0/points").toString()).isEqualTo("[{\"ahead\":1,\"mean\":3.0}]");
    }

    @Test
    void aRegisteredModelIsAskedByItsIdAndForAsFarAsItReachesUnlessTheRequestSays() {
        api.modelService().answersWith(200, "{\"model\":\"chimera-etth1-1\",\"results\":[]}");
        HttpResponse<String> response = api.send("POST", "/api/v1/models/chimera-etth1-1/forecast",
                "{\"histories\":[{\"channels\":[[1],[2]]}]}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode asked = api.modelService().onlyCall().body();
        assertThat(asked.path("model").asString()).isEqualTo("chimera-etth1-1");
        assertThat(asked.path("horizon").isNull()).isTrue();
        assertThat(asked.path("levels").toString()).isEqualTo("[0.8,0.95]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{}|histories", "{\"histories\":[]}|histories", "{\"histories\":[null]}|histories[0]",
            "{\"histories\":[{\"name\":\"x\"}]}|histories[0].channels", "{\"histories\":[{\"channels\":[null]}]}|histories[0].channels",
            "{\"histories\":[{\"channels\":[[1]],\"step\":\"fast\"}]}|histories[0].step",
            "{\"histories\":[{\"channels\":[[1]],\"start\":\"-1h\"}]}|histories[0].start",
            "{\"histories\":[{\"channels\":[[1]],\"start\":\"soon\"}]}|histories[0].start",
            "{\"horizon\":0,\"histories\":[{\"channels\":[[1]]}]}|horizon",
            "{\"horizon\":10001,\"histories\":[{\"channels\":[[1]]}]}|horizon",
            "{\"levels\":[1.5],\"histories\":[{\"channels\":[[1]]}]}|levels"})
    void whatIsNoQuestionIsRefused(String body, String parameter) {
        HttpResponse<String> response = api.send("POST", ONLINE, body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(api.json(response).path("parameter").asString()).isEqualTo(parameter);
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void tooManyValuesInOrOutAreRefused() {
        String many = "{\"histories\":[{\"channels\":[[" + "1,".repeat(500_000) + "1]]}]}";
        assertThat(api.json(api.send("POST", ONLINE, many)).path("detail").asString())
                .contains("at most 500000 values together but was 500001");
        HttpResponse<String> tooMany = api.send("POST", ONLINE, "{\"histories\":[{\"channels\":[[" + "1,".repeat(3_000_000) + "1]]}]}");
        assertThat(tooMany.statusCode()).isEqualTo(413);
        assertThat(api.json(tooMany).path("type").asString()).isEqualTo("urn:longwave:problem:too-large");
        assertThat(api.json(tooMany).path("detail").asString()).contains("(2500000)");
        String far = "{\"horizon\":10000,\"histories\":[" + "{\"channels\":[[1]]},".repeat(5) + "{\"channels\":[[1]]}]}";
        assertThat(api.json(api.send("POST", ONLINE, far)).path("detail").asString())
                .startsWith("horizon: expected at most 50000 steps")
                .endsWith("but was 60000");
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void aModelThatDoesNotForecastOrIsNotThereIsRefused() {
        String body = "{\"histories\":[{\"channels\":[[1]]}]}";
        HttpResponse<String> other = api.send("POST", "/api/v1/models/s4d-words-1/forecast", body);
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(api.json(other).path("detail").asString())
                .isEqualTo("model: expected a model of task forecast but was s4d-words-1 of task classify");
        assertThat(api.send("POST", "/api/v1/models/nobody/forecast", body).statusCode()).isEqualTo(404);
    }
}
