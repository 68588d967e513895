package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TimeGptTest {
    @RegisterExtension
    static final RunningApi api = new RunningApi("longwave.api.access.tokens[0].token=k3y", "longwave.api.access.tokens[0].role=manage");

    private static final long HOUR = 3_600_000_000_000L;
    private static final long DAY = 24 * HOUR;

    @BeforeEach
    void oneModel() {
        api.postgres().truncate();
        api.modelService().forget();
        api.model("s4d-words-1", "s4d", "classify");
        api.model("spacetime-etth1-1", "spacetime", "forecast");
        api.jdbc().sql("update model set config = '{\"lag\":2000,\"horizon\":24}' where family = 'spacetime'").update();
    }

    @Test
    void aForecastOfTwoSeriesIsOneListWithItsIntervals() {
        api.modelService().answersWith(200, forecasts(result(1772323200000000000L, HOUR, 3, HOUR, 2, "0.8", "0.95"),
                result(1772368200000000000L, HOUR, 1, HOUR, 2, "0.8", "0.95")));
        HttpResponse<String> response = post("/v2/forecast", """
                {"series":{"y":[1.0,null,3.5,7],"sizes":[3,1],"X":null,"X_future":null,"start_datetime":["2026-03-01","2026-03-01T12:30"]},
                 "model":"timegpt-1","h":2,"freq":"h","clean_ex_first":true,"level":[95,80,80.0,0],"finetune_steps":0,"finetune_depth":1,
                 "finetune_loss":"default","finetuned_model_id":null,"feature_contributions":false,"multivariate":false}""");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(api.modelService().onlyCall().body().toString()).isEqualTo("""
                {"model":"","horizon":2,"levels":[0.8,0.95],"histories":[\
                {"name":"","startNanos":1772323200000000000,"stepNanos":3600000000000,"channels":[[1.0,"NaN",3.5]]},\
                {"name":"","startNanos":1772368200000000000,"stepNanos":3600000000000,"channels":[[7.0]]}]}""");
        assertThat(response.body()).isEqualTo("""
                {"mean":[3.0,3.1,1.0,1.1],"intervals":{"lo-0":[3.0,3.1,1.0,1.1],"hi-0":[3.0,3.1,1.0,1.1],\
                "lo-80":[2.2,2.3,0.2,0.3],"hi-80":[3.8,3.9,1.8,1.9],"lo-80.0":[2.2,2.3,0.2,0.3],"hi-80.0":[3.8,3.9,1.8,1.9],\
                "lo-95":[2.05,2.15,0.05,0.15],"hi-95":[3.95,4.05,1.95,2.05]},"weights_x":null}""");
    }

    @Test
    void withoutLevelsThereAreNoIntervalsAndWithoutTimesSeriesBeginAnywhere() {
        api.modelService().answersWith(200, forecasts(result(0, 0, 1, 2_629_800_000_000_000L, 2)));
        assertThat(post("/v2/forecast", "{\"series\":{\"y\":[1],\"sizes\":[1]},\"h\":2,\"freq\":\"MS\",\"level\":null}").body())
                .isEqualTo("{\"mean\":[1.0,1.1],\"intervals\":null,\"weights_x\":null}");
        assertThat(api.modelService().onlyCall().body().toString()).contains("\"levels\":[]",
                "\"startNanos\":0,\"stepNanos\":2629800000000000,");
    }

    @Test
    void whereTheLastValuesAreMissingTheForecastBeginsBehindThem() {
        api.modelService().answersWith(200, forecasts(result(1, 4), result(3, 4)));
        HttpResponse<String> response = post("/v2/forecast",
                "{\"series\":{\"y\":[1,null,null,1,2,3],\"sizes\":[3,3]},\"h\":2,\"freq\":\"D\"}");
        assertThat(api.json(response).path("mean").toString()).isEqualTo("[1.2,1.3,3.0,3.1]");
        assertThat(api.modelService().nextCall().body().path("horizon").asInt()).isEqualTo(2);
        JsonNode again = api.modelService().onlyCall().body();
        assertThat(again.path("horizon").asInt()).isEqualTo(4);
        assertThat(again.path("histories").size()).as("only of the series that needs it").isEqualTo(1);
    }

    @Test
    void aForecastInStepsOfItsOwnIsReadAtTheTimesThatAreAskedFor() {
        api.modelService().answersWith(200, forecasts(result(0, DAY, 5, 2 * DAY, 4)));
        HttpResponse<String> response = post("/v2/forecast",
                "{\"series\":{\"y\":[1,null,2,null,3],\"sizes\":[5]},\"h\":4,\"freq\":\"D\"}");
        assertThat(api.json(response).path("mean").toString()).as("1, 2, 3 and 4 days ahead, of steps of 2").isEqualTo("[5.0,5.0,5.1,5.1]");
        assertThat(api.modelService().callCount()).isEqualTo(1);
    }

    @Test
    void aSeriesOfWhichTooMuchIsMissingHasNoForecast() {
        api.modelService().answersWith(200, forecasts(result(1, 2)));
        assertThat(problem(post("/v2/forecast",
                "{\"series\":{\"y\":[1" + ",null".repeat(9_999) + "],\"sizes\":[10000]},\"h\":2,\"freq\":\"D\"}")))
                .endsWith("of series 0: expected a value among the last 10000 that is not missing");
    }

    @Test
    void aSeriesWithoutAnAnswerIsNullAndTheOthersHaveTheirs() {
        api.modelService().answersWith(200,
                forecasts("{\"name\":\"\",\"problem\":\"expected more values\",\"channels\":[]}", result(1, 2, "0.8")));
        HttpResponse<String> response = post("/v2/forecast",
                "{\"series\":{\"y\":[1,2],\"sizes\":[1,1]},\"h\":2,\"freq\":\"D\",\"level\":[80]}");
        assertThat(response.body()).isEqualTo("""
                {"mean":[null,null,1.0,1.1],"intervals":{"lo-80":[null,null,0.2,0.3],"hi-80":[null,null,1.8,1.9]},"weights_x":null,\
                "problems":[{"series":0,"problem":"expected more values"}]}""");
        api.modelService().answersWith(200, forecasts("{\"name\":\"\",\"problem\":\"expected more values\",\"channels\":[]}"));
        assertThat(problem(post("/v2/forecast", "{\"series\":{\"y\":[1],\"sizes\":[1]},\"h\":2,\"freq\":\"D\"}")))
                .isEqualTo("series: expected one that has an answer among the 1 but was none; of series 0: expected more values");
    }

    @Test
    void windowsOfACrossValidationAreForecastFromTheValuesBeforeThem() {
        api.modelService().answersWith(200, forecasts(result(3, 2, "0.8"), result(5, 2, "0.8"), result(1, 2, "0.8"), result(3, 2, "0.8")));
        HttpResponse<String> response = post("/v2/cross_validation",
                """
                        {"series":{"y":[1,2,3,4,5,6,7,1,2,3,4,5],"sizes":[7,5]},"model":"timegpt-1","h":2,"n_windows":2,"step_size":2,"freq":"D","level":[80],
                         "hist_exog":null,"finetune_steps":0,"refit":true}""");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(api.modelService().onlyCall().body().path("histories").valueStream().map(one -> one.path("channels").toString()))
                .containsExactly("[[1.0,2.0,3.0]]", "[[1.0,2.0,3.0,4.0,5.0]]", "[[1.0]]", "[[1.0,2.0,3.0]]");
        JsonNode answer = api.json(response);
        assertThat(answer.path("sizes").toString()).isEqualTo("[4,4]");
        assertThat(answer.path("idxs").toString()).isEqualTo("[3,4,5,6,8,9,10,11]");
        assertThat(answer.path("mean").toString()).isEqualTo("[3.0,3.1,5.0,5.1,1.0,1.1,3.0,3.1]");
        assertThat(answer.path("intervals").path("hi-80").toString()).isEqualTo("[3.8,3.9,5.8,5.9,1.8,1.9,3.8,3.9]");
        assertThat(problem(post("/v2/cross_validation",
                "{\"series\":{\"y\":[1,2,3,4,5,6,7,9],\"sizes\":[7,1]},\"h\":2,\"n_windows\":2,\"step_size\":2,\"freq\":\"D\"}")))
                .isEqualTo("series: expected more than 4 values of each, which 2 windows of 2 steps take but was 1 of series 1");
    }

    @Test
    void windowsAreMadeOfTheValuesThatAModelLooksBackOn() {
        api.modelService().answersWith(200, forecasts(result((3000 - 1 - 2000) * DAY, DAY, 2000, DAY, 1)));
        String y = IntStream.range(0, 9000).mapToObj(Integer::toString).collect(Collectors.joining(","));
        post("/v2/cross_validation", "{\"series\":{\"y\":[" + y + "],\"sizes\":[9000]},\"h\":1,\"n_windows\":1,\"freq\":\"h\"}");
        JsonNode history = api.modelService().onlyCall().body().at("/histories/0");
        assertThat(history.at("/channels/0").size()).isEqualTo(4096);
        assertThat(history.at("/channels/0/4095").asInt()).isEqualTo(8998);
        assertThat(history.path("startNanos").asLong()).isEqualTo((8999 - 4096) * HOUR);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"2000000|1000|1|series: expected at most 1000 series and 500000 values together",
            "400000|1000|1|n_windows: expected at most 488 windows of all series together; send fewer series at a time but was 1000",
            "400|1001|1|n_windows: expected a whole number from 1 to 1000 but was 1001",
            "11000|300|10000|horizon: expected at most 2000000 numbers in the answer"})
    void whatWouldTakeTooMuchMemoryIsRefusedBeforeItDoes(int values, int windows, int horizon, String said) {
        String y = "1" + ",1".repeat(values - 1);
        assertThat(problem(post("/v2/cross_validation", "{\"series\":{\"y\":[" + y + "],\"sizes\":[" + values + "]},\"h\":" + horizon
                + ",\"n_windows\":" + windows + ",\"step_size\":1,\"freq\":\"s\"}"))).startsWith(said);
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void ofASeriesThatCannotBeJudgedAllIsNull() {
        api.modelService().answersWith(200,
                """
                        {"model":"online-1","results":[
                          {"name":"","expected":[],"lower":[],"upper":[],"score":[],"anomalies":[],"problem":"no time"},
                          {"name":"","expected":["NaN",4.0],"lower":[["NaN",3.0]],"upper":[["NaN",5.0]],"score":["NaN",0.5],"anomalies":[],"problem":null},
                          {"name":"","expected":["NaN"],"lower":[["NaN"]],"upper":[["NaN"]],"score":["NaN"],"anomalies":[],"problem":null}]}""");
        String body = "{\"series\":{\"y\":[1,2,3,1,2,7],\"sizes\":[3,2,1]},\"h\":1,\"detection_size\":2,\"freq\":\"D\",\"level\":90}";
        assertThat(post("/v2/anomaly_detection", body).body()).isEqualTo(
                """
                        {"mean":[null,null,null,4.0,null],"intervals":{"lo-90":[null,null,null,3.0,null],"hi-90":[null,null,null,5.0,null]},"weights_x":null,\
                        "sizes":[3,1,1],"anomaly":[false,false,false,true,false],"anomaly_score":[null,null,null,0.5,null],\
                        "problems":[{"series":0,"problem":"no time"},{"series":2,"problem":"expected more values: none was judged of 1"}]}""");
        JsonNode last = api.json(post("/v2/online_anomaly_detection", body));
        assertThat(last.path("idxs").toString()).isEqualTo("[1,2,3,4,5]");
        assertThat(last.path("sizes").toString()).isEqualTo("[2,2,1]");
    }

    @Test
    void timesThatAreOnlyNumbersAreNotMonthsForThousandsOfYears() {
        api.modelService().answersWith(200, SCORES);
        post("/v2/anomaly_detection", "{\"series\":{\"y\":[1" + ",1".repeat(4999) + "],\"sizes\":[5000]},\"freq\":\"MS\"}");
        JsonNode history = api.modelService().onlyCall().body().at("/histories/0");
        assertThat(history.path("stepNanos").asLong()).isPositive().isLessThan(Long.MAX_VALUE / 10_000);
    }

    @Test
    void whatWasExpectedOfTheWholeHistoryIsThatOfItsLastValues() {
        api.modelService().answersWith(200, SCORES);
        HttpResponse<String> response = post("/v2/cross_validation",
                """
                        {"series":{"y":[1,2,3,1,2],"sizes":[3,2]},"h":1,"n_windows":1,"step_size":1,"freq":"D","level":[90],"full_history":true}""");
        assertThat(api.modelService().onlyCall().path()).isEqualTo("/internal/v1/history-scores");
        assertThat(response.body()).isEqualTo("""
                {"mean":[1.5,2.5,4.0],"intervals":{"lo-90":[1.0,2.0,3.0],"hi-90":[2.0,2.8,5.0]},"weights_x":null,"sizes":[2,1]}""");
    }

    @Test
    void valuesOutsideOfTheirIntervalAreAnomalies() {
        api.modelService().answersWith(200, SCORES.replace("0.9]", "0.99]"));
        HttpResponse<String> response = post("/v2/anomaly_detection",
                "{\"series\":{\"y\":[1,2,3,1,2],\"sizes\":[3,2],\"X\":null},\"model\":\"timegpt-1\",\"freq\":\"D\",\"level\":99,\"clean_ex_first\":true}");
        assertThat(api.modelService().onlyCall().body().path("levels").toString()).isEqualTo("[0.99]");
        assertThat(response.body()).isEqualTo("""
                {"mean":[1.5,2.5,4.0],"intervals":{"lo-99":[1.0,2.0,3.0],"hi-99":[2.0,2.8,5.0]},"weights_x":null,"sizes":[2,1],\
                "anomaly":[false,true,true],"anomaly_score":[0.25,0.99,0.5]}""");
    }

    @Test
    void theLastValuesAreJudgedOneByOne() {
        api.modelService().answersWith(200, SCORES);
        HttpResponse<String> response = post("/v2/online_anomaly_detection",
                """
                        {"series":{"y":[1,2,3,1,2],"sizes":[3,2],"X":null},"h":5,"detection_size":2,"threshold_method":"univariate","freq":"D","level":90,"step_size":1,
                         "finetune_steps":0,"refit":false,"hist_exog":null,"multivariate":false}""");
        assertThat(response.body()).isEqualTo(
                """
                        {"mean":[1.5,2.5,null,4.0],"intervals":{"lo-90":[1.0,2.0,null,3.0],"hi-90":[2.0,2.8,null,5.0]},"weights_x":null,"sizes":[2,2],\
                        "idxs":[1,2,3,4],"anomaly":[false,true,false,true],"anomaly_score":[0.25,0.99,null,0.5]}""");
        assertThat(problem(post("/v2/online_anomaly_detection",
                "{\"series\":{\"y\":[1],\"sizes\":[1]},\"h\":1,\"detection_size\":1,\"freq\":\"D\",\"threshold_method\":\"multivariate\"}")))
                .startsWith("threshold_method: expected univariate; series are judged jointly as a group");
    }

    @ParameterizedTest
    @CsvSource({"timegpt-1,''", "timegpt-2.1,''", "online,''", "spacetime-etth1-1,spacetime-etth1-1"})
    void timeGptIsTheOnlineModelAndOthersAreAskedByTheirId(String model, String asked) {
        api.modelService().answersWith(200, forecasts(result(1, 2)));
        post("/v2/forecast", "{\"series\":{\"y\":[1],\"sizes\":[1]},\"h\":1,\"freq\":\"D\",\"model\":\"" + model + "\"}");
        assertThat(api.modelService().onlyCall().body().path("model").asString()).isEqualTo(asked);
        post("/v2/forecast",
                "{\"series\":{\"y\":[1],\"sizes\":[1]},\"h\":1,\"freq\":\"D\",\"model\":\"timegpt-1\",\"finetuned_model_id\":\""
                        + model + "\"}");
        assertThat(api.modelService().onlyCall().body().path("model").asString()).isEqualTo(asked);
    }

    @Test
    void clientsAreToldHowMuchOfASeriesAModelTakes() {
        assertThat(get("/model_params?model=timegpt-1&freq=h").body()).isEqualTo("{\"detail\":{\"input_size\":1024,\"horizon\":96}}");
        assertThat(get("/model_params?model=spacetime-etth1-1&freq=15min").body())
                .isEqualTo("{\"detail\":{\"input_size\":2000,\"horizon\":24}}");
        assertThat(get("/model_params?model=nobody-1&freq=h").statusCode()).isEqualTo(404);
        assertThat(get("/model_params?model=s4d-words-1&freq=h").statusCode()).isEqualTo(400);
    }

    @Test
    void theKeyOfAClientIsAToken() {
        assertThat(get("/validate_api_key").body()).isEqualTo("{\"detail\":\"the key is valid\"}");
        HttpResponse<String> refused = api.get("/validate_api_key", "Authorization", "Bearer n0ne");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(api.json(refused).path("detail").asString()).startsWith("expected a token");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{}|expected a JSON object with an object series",
            "[]|expected a JSON object with an object series",
            "{\"series\":{\"y\":1,\"sizes\":[1]},\"freq\":\"D\"}|series: expected arrays y and sizes but was absent",
            "{\"series\":{\"y\":[1,2],\"sizes\":[1]},\"freq\":\"D\"}|series.sizes: expected numbers that add up to the 2 values of y but was 1",
            "{\"series\":{\"y\":[1,2],\"sizes\":[3]},\"freq\":\"D\"}|series.sizes[0]: expected a whole number from 1 to 2 but was 3",
            "{\"series\":{\"y\":[1,\"x\"],\"sizes\":[2]},\"freq\":\"D\"}|series.y[1]: expected a number or null but was \"x\"",
            "{\"series\":{\"y\":[1],\"sizes\":[1],\"X\":[[1]]},\"freq\":\"D\"}|series.X: expected none",
            "{\"series\":{\"y\":[1],\"sizes\":[1]},\"freq\":\"D\",\"finetune_steps\":10}|finetune_steps: expected none",
            "{\"series\":{\"y\":[1],\"sizes\":[1]},\"freq\":\"D\",\"multivariate\":true}|multivariate: expected none",
            "{\"series\":{\"y\":[1],\"sizes\":[1]},\"freq\":\"soon\"}|freq: expected one of A, AS, B, ",
            "{\"series\":{\"y\":[1],\"sizes\":[1]},\"freq\":\"0h\"}|freq: expected one of A, AS, B, ",
            "{\"series\":{\"y\":[1],\"sizes\":[1]},\"freq\":\"999999999Y\"}|freq: expected one of A, AS, B, ",
            "{\"series\":{\"y\":[1],\"sizes\":[1]},\"freq\":\"D\"}|h: expected a whole number from 1 to 10000 but was absent",
            "{\"series\":{\"y\":[1],\"sizes\":[1]},\"freq\":\"D\",\"h\":1.5}|h: expected a whole number from 1 to 10000 but was 1.5",
            "{\"series\":{\"y\":[1],\"sizes\":[1]},\"freq\":\"D\",\"h\":1,\"level\":[101]}|level: expected numbers from 0 to 100, of percent but was 101",
            "{\"series\":{\"y\":[1],\"sizes\":[1],\"start_datetime\":[\"yesterday\"]},\"freq\":\"D\"}|series.start_datetime[0]: expected a time",
            "{\"series\":{\"y\":[1],\"sizes\":[1],\"start_datetime\":[]},\"freq\":\"D\"}|series.start_datetime: expected 1 times",
            "{\"series\":{\"y\":[],\"sizes\":[]},\"freq\":\"D\",\"h\":1}|series: expected at least one but was none"})
    void whatCannotBeAnsweredIsRefusedWithWhatWasExpected(String body, String said) {
        HttpResponse<String> response = post("/v2/forecast", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(problem(response)).startsWith(said);
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void whatANewerClientSendsMoreIsPassedOver() {
        api.modelService().answersWith(200, forecasts(result(0, 0, 1, DAY, 1)));
        HttpResponse<String> response = post("/v2/forecast",
                "{\"series\":{\"y\":[1],\"sizes\":[1],\"later\":[]},\"h\":1,\"freq\":\"D\",\"later\":{\"a\":1}}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"h,3600", "15min,900", "2D,172800", "W-SUN,604800", "W,604800", "1w,604800", "MS,2629800", "M,2629800", "QS-OCT,7889400",
            "YS-JAN,31557600", "WOM-3FRI,2629800", "SMS-15,1314900", "1d12h,129600", "2h30min,9000", "cbh,15120", "YS,31557600", "B,120960",
            "bh,15120", "1m,60", "1s,1", "T,60"})
    void frequenciesAreThoseOfPandasAndPolars(String frequency, long seconds) {
        api.modelService().answersWith(200, forecasts(result(0, 0, 1, seconds * 1_000_000_000, 1)));
        post("/v2/forecast", "{\"series\":{\"y\":[1],\"sizes\":[1]},\"h\":1,\"freq\":\"" + frequency + "\"}");
        assertThat(api.modelService().onlyCall().body().at("/histories/0/stepNanos").asLong()).isEqualTo(seconds * 1_000_000_000);
    }

    @ParameterizedTest
    @CsvSource({"2026-03-01,1772323200", "2026-03-01T12:30,1772368200", "2026-03-01T12:30:15,1772368215",
            "2026-03-01T14:30:15+02:00,1772368215",
            "2026-03-01T12:30:15.250000000,1772368215.25", "2026-03-01T12:30:15Z,1772368215", "2026,1767225600", "2026-03,1772323200",
            "1969-12-31T23:59:59,-1", "2026-03-01T14:30:15.250+02:00,1772368215.25"})
    void timesAreThoseThatProgramsShorten(String time, BigDecimal seconds) {
        api.modelService().answersWith(200, forecasts(result(seconds.movePointRight(9).longValueExact(), 0, 1, DAY, 1)));
        HttpResponse<String> response = post("/v2/forecast",
                "{\"series\":{\"y\":[1],\"sizes\":[1],\"start_datetime\":[\"" + time + "\"]},\"h\":1,\"freq\":\"D\"}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(api.modelService().onlyCall().body().at("/histories/0/startNanos").asLong())
                .isEqualTo(seconds.movePointRight(9).longValueExact());
    }

    @Test
    void largeRequestsAreCompressed() {
        api.modelService().answersWith(200, forecasts(result(0, HOUR, 200_000, HOUR, 1)));
        String body = "{\"series\":{\"y\":[" + IntStream.range(0, 200_000).mapToObj(n -> n + ".125").collect(Collectors.joining(","))
                + "],\"sizes\":[200000]},\"h\":1,\"freq\":\"h\"}";
        byte[] packed = Zstd.compress(body.getBytes(StandardCharsets.UTF_8));
        assertThat(packed.length).isLessThan(body.length() / 2);
        assertThat(api.json(send("/v2/forecast", packed, "zstd")).path("mean").toString()).isEqualTo("[200000.0]");
        assertThat(api.modelService().onlyCall().body().at("/histories/0/channels/0").size()).isEqualTo(200_000);
        packed[packed.length / 2] ^= 0x55;
        assertThat(send("/v2/forecast", packed, "zstd").statusCode()).isEqualTo(400);
        assertThat(send("/v2/forecast", new byte[]{1, 2, 3, 4, 5}, "zstd").statusCode()).isEqualTo(400);
        assertThat(send("/v2/forecast", new byte[]{1, 2, 3}, "gzip").statusCode()).isEqualTo(400);
        assertThat(send("/v2/forecast", new byte[]{1, 2, 3}, "br").statusCode()).isEqualTo(415);
        assertThat(send("/v2/forecast", new byte[]{1, 2, 3}, "identity").statusCode()).isEqualTo(400);
        byte[] bomb = Zstd.compress(" ".repeat((64 << 20) + 1).getBytes(StandardCharsets.UTF_8));
        assertThat(send("/v2/forecast", bomb, "zstd").statusCode()).isEqualTo(413);
        assertThat(api.modelService().callCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/finetune", "/v2/forecast/async", "/v2/nothing"})
    void whatIsNotThereIsNotFound(String path) {
        assertThat(send(path, "{}".getBytes(StandardCharsets.UTF_8), "identity").statusCode()).isEqualTo(404);
    }

    @Test
    void aModelThatKnowsNoIntervalsIsNotAskedForThem() {
        api.modelService().answersWith(200, forecasts(result(1, 2)));
        assertThat(problem(post("/v2/forecast", "{\"series\":{\"y\":[1],\"sizes\":[1]},\"h\":1,\"freq\":\"D\",\"level\":[80]}")))
                .startsWith("level: expected none, because this model does not know");
    }

    /** Of three values the first is not judged, of two the first. */
    private static final String SCORES = """
            {"model":"online-1","results":[
              {"name":"","expected":["NaN",1.5,2.5],"lower":[["NaN",1.0,2.0]],"upper":[["NaN",2.0,2.8]],"score":["NaN",0.25,0.99],"anomalies":[],"problem":null},
              {"name":"","expected":["NaN",4.0],"lower":[["NaN",3.0]],"upper":[["NaN",5.0]],"score":["NaN",0.5],"anomalies":[],"problem":null}]}""";

    private static String forecasts(String... results) {
        return "{\"model\":\"online-1\",\"results\":[" + String.join(",", results) + "]}";
    }

    private static String result(int after, int horizon, String... levels) {
        return result(0, DAY, after, DAY, horizon, levels);
    }

    /**
     * Steps of 0.1 up from the number of values before them, intervals as wide as their levels on each side.
     *
     * @param start time of the first value
     * @param distance of the values
     * @param step of the forecast
     */
    private static String result(long start, long distance, int after, long step, int horizon, String... levels) {
        return "{\"name\":\"\",\"problem\":null,\"channels\":[{\"column\":\"value\",\"after\":" + after + ",\"issuedAtNanos\":"
                + (start + (after - 1) * distance) + ",\"stepNanos\":" + step + ",\"mean\":" + steps(after, 0, horizon) + ",\"intervals\":["
                + Stream.of(levels)
                        .map(level -> "{\"level\":" + level + ",\"lower\":" + steps(after, -Double.parseDouble(level), horizon)
                                + ",\"upper\":"
                                + steps(after, Double.parseDouble(level), horizon) + ",\"achievedCoverage\":null}")
                        .collect(Collectors.joining(","))
                + "]}]}";
    }

    private static String steps(double first, double shift, int horizon) {
        return IntStream.range(0, horizon).mapToObj(h -> String.format(Locale.ROOT, "%.2f", first + shift + h * 0.1)).toList().toString();
    }

    private static HttpResponse<String> get(String path) {
        return api.get(path, "Authorization", "Bearer k3y");
    }

    private static HttpResponse<String> post(String path, String body) {
        return send(path, body.getBytes(StandardCharsets.UTF_8), "identity");
    }

    private static HttpResponse<String> send(String path, byte[] body, String coding) {
        return api
                .send(HttpRequest.newBuilder(api.at(path)).header("Authorization", "Bearer k3y").header("Content-Type", "application/json")
                        .header("Content-Encoding", coding).POST(BodyPublishers.ofByteArray(body)).build());
    }

    private static String problem(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        return api.json(response).path("detail").asString();
    }
}
