package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The Open Inference Protocol, with bodies as its clients write them. */
class InferenceTest {
    @RegisterExtension
    static final RunningApi api = new RunningApi();

    private static final String ONLINE = "/v2/models/online/infer";
    private static final String WORDS = "/v2/models/s4d-words-1/infer";
    private static final String LENGTH = "Inference-Header-Content-Length";
    private static final String FORECASTS = """
            {"model":"online-1","results":[
              {"name":"","problem":null,"channels":[
                {"column":"value","after":3,"issuedAtNanos":5,"stepNanos":1000000000,"mean":[1.0,2.0],
                 "intervals":[{"level":0.8,"lower":[0.5,1.5],"upper":[1.5,2.5],"achievedCoverage":null}]},
                {"column":"value","after":2,"issuedAtNanos":5,"stepNanos":1000000000,"mean":[3.0,4.0],
                 "intervals":[{"level":0.8,"lower":[2.5,3.5],"upper":[3.5,4.5],"achievedCoverage":null}]}]}]}""";
    private static final String LABELS = """
            {"model":"s4d-words-1","classes":["yes","no","öfter"],"results":[
              {"name":"","label":"öfter","probabilities":[0.2,0.1,0.7],"problem":null},{"name":"","label":"no","probabilities":[0.1,0.6,0.3],"problem":null}]}""";

    @BeforeEach
    void models() {
        api.postgres().truncate();
        api.modelService().forget();
        api.modelService().answersWith(200, FORECASTS);
        api.model("s4d-words-1", "s4d", "classify");
        api.model("chimera-etth1-1", "chimera", "forecast");
        api.model("s4d-machines-1", "s4d", "reconstruct");
    }

    @Test
    void theServerAndItsModelsSayWhatTheyTakeAndWhetherTheyAreReady() {
        assertThat(api.json("/v2").path("name").asString()).isEqualTo("longwave");
        assertThat(api.json("/v2").path("extensions").toString())
                .isEqualTo("[\"binary_tensor_data\",\"classification\",\"sequence\",\"sequence(string_id)\"]");
        assertThat(api.get("/v2/health/live").body()).isEqualTo("{\"live\":true}");
        assertThat(api.get("/v2/health/ready").body()).isEqualTo("{\"ready\":true}");
        assertThat(api.get("/v2/models/online").body()).isEqualTo("{\"name\":\"online\",\"platform\":\"longwave_online\","
                + "\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP64\",\"shape\":[-1,-1,-1]}],"
                + "\"outputs\":[{\"name\":\"mean\",\"datatype\":\"FP64\",\"shape\":[-1,-1,-1]},{\"name\":\"lower\",\"datatype\":\"FP64\",\"shape\":[-1,-1,-1,-1]},"
                + "{\"name\":\"upper\",\"datatype\":\"FP64\",\"shape\":[-1,-1,-1,-1]},{\"name\":\"after\",\"datatype\":\"INT64\",\"shape\":[-1,-1]},{\"name\":\"expected\",\"datatype\":\"FP64\",\"shape\":[-1,-1,-1]},"
                + "{\"name\":\"score\",\"datatype\":\"FP64\",\"shape\":[-1,-1,-1]}]}");
        JsonNode words = api.json("/v2/models/s4d-words-1");
        assertThat(words.path("platform").asString()).isEqualTo("longwave_s4d");
        assertThat(words.path("outputs").toString()).isEqualTo("[{\"name\":\"probabilities\",\"datatype\":\"FP64\",\"shape\":[-1,-1]},"
                + "{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[-1]},{\"name\":\"classes\",\"datatype\":\"BYTES\",\"shape\":[-1]}]");
        assertThat(api.get("/v2/models/chimera-etth1-1/ready").body()).isEqualTo("{\"name\":\"chimera-etth1-1\",\"ready\":true}");
        api.jdbc().sql("update model set available = false where id = 'chimera-etth1-1'").update();
        assertThat(api.get("/v2/models/chimera-etth1-1/ready").statusCode()).isEqualTo(409);
        assertThat(api.get("/v2/models/online/ready").statusCode()).isEqualTo(200);
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void aSequenceGoesOnFromRequestToRequest() {
        api.modelService().answersWith(200, """
                {"model":"online-1","expected":["NaN",1.5],"score":["NaN",0.25],"mean":[2.0,3.0],
                 "intervals":[{"level":0.8,"lower":[1.5,2.5],"upper":[2.5,3.5],"achievedCoverage":null}]}""");
        String inputs = "\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP64\",\"shape\":[1,2],\"data\":[1.5,null]}]";
        HttpResponse<String> first = api.send("POST", ONLINE,
                "{\"parameters\":{\"sequence_id\":42,\"sequence_start\":true,\"sequence_end\":false,"
                        + "\"start\":\"2026-03-01T00:00:00Z\",\"step\":\"1m\",\"horizon\":2,\"levels\":\"0.8\"}," + inputs + "}");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        FakeModelService.Call call = api.modelService().onlyCall();
        assertThat(call.path()).isEqualTo("/internal/v1/sequences");
        assertThat(call.body().toString()).isEqualTo(
                """
                        {"tenant":null,"model":"","sequence":"42","start":true,"end":false,"startNanos":1772323200000000000,"stepNanos":60000000000,\
                        "values":[1.5,"NaN"],"horizon":2,"levels":[0.8]}""");
        assertThat(api.json(first).path("outputs").toString()).isEqualTo("""
                [{"name":"expected","shape":[1,1,2],"datatype":"FP64","data":[null,1.5]},\
                {"name":"score","shape":[1,1,2],"datatype":"FP64","data":[null,0.25]},\
                {"name":"mean","shape":[1,1,2],"datatype":"FP64","data":[2.0,3.0]},\
                {"name":"lower","shape":[1,1,1,2],"datatype":"FP64","data":[1.5,2.5]},\
                {"name":"upper","shape":[1,1,1,2],"datatype":"FP64","data":[2.5,3.5]}]""");

        api.modelService().answersWith(200,
                "{\"model\":\"online-1\",\"expected\":[\"NaN\",\"NaN\"],\"score\":[\"NaN\",\"NaN\"],\"mean\":[],\"intervals\":[]}");
        HttpResponse<String> next = api.send("POST", ONLINE,
                "{\"parameters\":{\"sequence_id\":\"bed 12\",\"sequence_end\":true}," + inputs + "}");
        assertThat(api.modelService().onlyCall().body().toString()).startsWith("""
                {"tenant":null,"model":"","sequence":"bed 12","start":false,"end":true,"startNanos":null,"stepNanos":null,""")
                .endsWith("\"horizon\":96,\"levels\":[0.8,0.95]}");
        assertThat(api.json(next).at("/outputs/2").toString()).as("while the model warms up")
                .isEqualTo("{\"name\":\"mean\",\"shape\":[1,1,0],\"datatype\":\"FP64\",\"data\":[]}");
        assertThat(api.json(next).at("/outputs/3/shape").toString()).isEqualTo("[1,1,0,0]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{\"sequence_id\":7,\"sequence_start\":\"yes\"}|[1,2]|[1,2]|sequence_start: expected true or false but was \"yes\"",
            "{\"sequence_id\":7}|[2,1]|[1,2]|history: expected values [1, 1, L] of one sequence but was [2, 1, L]",
            "{\"sequence_id\":7}|[1,2,1]|[1,2]|history: expected values [1, 1, L] of one sequence but was [1, 2, L]",
            "{\"sequence_id\":7,\"step\":\"soon\"}|[1,2]|[1,2]|step: expected a positive duration",
            "{\"sequence_id\":\"a\\nb\"}|[1,2]|[1,2]|sequence_id: expected at most 200 characters",
            "{\"sequence_id\":true}|[1,2]|[1,2]|sequence_id: expected a whole number or a text but was true",
            "{\"sequence_id\":1.5}|[1,2]|[1,2]|sequence_id: expected a whole number or a text but was 1.5",
            "{\"sequence_id\":0,\"sequence_start\":true}|[1,2]|[1,2]|sequence_id: expected one where a sequence begins or ends but was 0",
            "{\"sequence_end\":true}|[1,2]|[1,2]|sequence_id: expected one where a sequence begins or ends but was absent",
            "{\"sequence_id\":7,\"horizon\":\"-1\"}|[1,2]|[1,2]|horizon: expected"})
    void whatIsNoRequestOfASequenceIsRefused(String parameters, String shape, String data, String said) {
        HttpResponse<String> response = api.send("POST", ONLINE, "{\"parameters\":" + parameters
                + ",\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP64\",\"shape\":" + shape + ",\"data\":" + data + "}]}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(api.json(response).path("error").asString()).startsWith(said);
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void onlyWhatIsAskedForIsDone() {
        api.modelService().answersWith(200, "{\"model\":\"online-1\",\"expected\":[1],\"score\":[0.5],\"mean\":[],\"intervals\":[]}");
        String body = "{\"parameters\":{\"sequence_id\":7},\"outputs\":[{\"name\":\"OUTPUT\"}],\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP64\","
                + "\"shape\":[1,1],\"data\":[1]}]}";
        HttpResponse<String> score = api.send("POST", ONLINE, body.replace("OUTPUT", "score"));
        assertThat(api.json(score).path("outputs").toString())
                .isEqualTo("[{\"name\":\"score\",\"shape\":[1,1,1],\"datatype\":\"FP64\",\"data\":[0.5]}]");
        assertThat(api.modelService().onlyCall().body().path("horizon").asInt()).as("no forecast").isZero();
        api.send("POST", ONLINE, body.replace("OUTPUT", "mean"));
        assertThat(api.modelService().onlyCall().body().path("horizon").asInt()).isEqualTo(96);
        for (String output : new String[]{"after", "scores"}) {
            HttpResponse<String> refused = api.send("POST", ONLINE, body.replace("OUTPUT", output));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("outputs: expected some of [expected, score, mean, lower, upper]");
        }
        assertThat(api.modelService().callCount()).as("a request that is refused has not gone on").isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "\"\""})
    void whereNoSequenceIsNamedThereIsNone(String id) {
        api.send("POST", ONLINE,
                "{\"parameters\":{\"sequence_id\":" + id + "},\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP64\",\"shape\":[2,2],"
                        + "\"data\":[1,2,3,4]}]}");
        assertThat(api.modelService().onlyCall().path()).isEqualTo("/internal/v1/history-forecasts");
    }

    @Test
    void historiesAreForecastAndTheAnswerHasTheirShape() {
        HttpResponse<String> response = api.send("POST", ONLINE,
                """
                        {"id":"42","parameters":{"horizon":2,"levels":"0.8","start":"2026-03-01T11:30:00Z","step":"15m"},
                         "inputs":[{"name":"history","datatype":"FP32","shape":[1,2,3],"data":[[[1,null,2.5],[4,5,6]]]}]}""");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.body()).isEqualTo("{\"model_name\":\"online\",\"id\":\"42\",\"outputs\":["
                + "{\"name\":\"mean\",\"shape\":[1,2,2],\"datatype\":\"FP64\",\"data\":[1.0,2.0,3.0,4.0]},"
                + "{\"name\":\"lower\",\"shape\":[1,2,1,2],\"datatype\":\"FP64\",\"data\":[0.5,1.5,2.5,3.5]},"
                + "{\"name\":\"upper\",\"shape\":[1,2,1,2],\"datatype\":\"FP64\",\"data\":[1.5,2.5,3.5,4.5]},"
                + "{\"name\":\"after\",\"shape\":[1,2],\"datatype\":\"INT64\",\"data\":[3,2]}]}");
        FakeModelService.Call call = api.modelService().onlyCall();
        assertThat(call.path()).isEqualTo("/internal/v1/history-forecasts");
        assertThat(call.body().toString()).isEqualTo("{\"model\":\"\",\"horizon\":2,\"levels\":[0.8],\"histories\":["
                + "{\"name\":\"\",\"startNanos\":1772364600000000000,\"stepNanos\":900000000000,\"channels\":[[1.0,\"NaN\",2.5],[4.0,5.0,6.0]]}]}");
    }

    @Test
    void flatDataAndTwoDimensionsAreRowsOfOneChannel() {
        api.send("POST", ONLINE, "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"INT64\",\"shape\":[2,2],\"data\":[1,2,3,4]}]}");
        assertThat(api.modelService().onlyCall().body().path("histories").findValues("channels").toString())
                .isEqualTo("[[[1.0,2.0]], [[3.0,4.0]]]");
    }

    @ParameterizedTest
    @CsvSource({"INT8,fe,-2", "UINT8,fe,254", "INT16,feff,-2", "UINT16,feff,65534", "INT32,feffffff,-2", "UINT32,feffffff,4294967294",
            "INT64,feffffffffffffff,-2", "UINT64,0000000000000080,9223372036854775808", "FP16,00c0,-2", "FP32,000000c0,-2",
            "FP64,00000000000000c0,-2", "fp64,000000000000f87f,NaN"})
    void elementsComeAfterTheJsonInEveryTypeOfNumbers(String datatype, String hex, String value) throws Exception {
        byte[] element = java.util.HexFormat.of().parseHex(hex);
        byte[] two = Arrays.copyOf(element, 2 * element.length);
        System.arraycopy(element, 0, two, element.length, element.length);
        post(ONLINE,
                "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"" + datatype + "\",\"shape\":[1,2],\"parameters\":{\"binary_data_size\":"
                        + two.length + "}}]}",
                two);
        double[] sent = api.modelService().onlyCall().body().at("/histories/0/channels/0").valueStream()
                .mapToDouble(node -> node.isNumber() ? node.asDouble() : Double.NaN).toArray();
        assertThat(sent).containsExactly(Double.parseDouble(value), Double.parseDouble(value));
    }

    @Test
    void outputsComeAfterTheJsonWhereTheRequestSaysSo() throws Exception {
        byte[] raw = ByteBuffer.allocate(6 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).putFloat(2).putFloat(3).putFloat(4)
                .putFloat(5).putFloat(6).array();
        String input = "\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,2,3],\"parameters\":{\"binary_data_size\":24}}]";
        HttpResponse<byte[]> all = post(ONLINE, "{" + input + ",\"parameters\":{\"binary_data_output\":true,\"priority\":1}}", raw);
        JsonNode json = json(all);
        assertThat(json.path("outputs").findValuesAsString("name")).containsExactly("mean", "lower", "upper", "after");
        assertThat(json.findValuesAsString("binary_data_size")).containsExactly("32", "32", "32", "16");
        assertThat(json.findValues("data")).isEmpty();
        ByteBuffer rest = rest(all);
        double[] numbers = new double[12];
        rest.asDoubleBuffer().get(numbers);
        assertThat(numbers).containsExactly(1, 2, 3, 4, 0.5, 1.5, 2.5, 3.5, 1.5, 2.5, 3.5, 4.5);
        assertThat(rest.position(96).getLong()).isEqualTo(3);
        assertThat(rest.getLong()).isEqualTo(2);
        assertThat(rest.hasRemaining()).isFalse();

        HttpResponse<byte[]> some = post(ONLINE, "{" + input
                + ",\"outputs\":[{\"name\":\"after\",\"parameters\":{\"binary_data\":false}},{\"name\":\"mean\",\"parameters\":{\"binary_data\":true}}]}",
                raw);
        assertThat(json(some).path("outputs").toString())
                .isEqualTo("[{\"name\":\"after\",\"shape\":[1,2],\"datatype\":\"INT64\",\"data\":[3,2]},"
                        + "{\"name\":\"mean\",\"shape\":[1,2,2],\"datatype\":\"FP64\",\"parameters\":{\"binary_data_size\":32}}]");
        assertThat(rest(some).remaining()).isEqualTo(32);
    }

    @Test
    void recordingsAreClassifiedAndTheLikeliestClassesToldByName() throws Exception {
        api.modelService().answersWith(200, LABELS);
        String input = "\"inputs\":[{\"name\":\"recordings\",\"datatype\":\"FP32\",\"shape\":[2,1,2],\"data\":[0.1,0.2,0.3,0.4]}]";
        HttpResponse<String> response = api.send("POST", WORDS, "{" + input + "}");
        assertThat(response.body()).isEqualTo("{\"model_name\":\"s4d-words-1\",\"outputs\":["
                + "{\"name\":\"probabilities\",\"shape\":[2,3],\"datatype\":\"FP64\",\"data\":[0.2,0.1,0.7,0.1,0.6,0.3]},"
                + "{\"name\":\"label\",\"shape\":[2],\"datatype\":\"BYTES\",\"data\":[\"öfter\",\"no\"]},"
                + "{\"name\":\"classes\",\"shape\":[3],\"datatype\":\"BYTES\",\"data\":[\"yes\",\"no\",\"öfter\"]}]}");
        assertThat(api.modelService().onlyCall().body().toString()).isEqualTo("{\"model\":\"s4d-words-1\",\"recordings\":["
                + "{\"name\":\"\",\"channels\":[[0.1,0.2]]},{\"name\":\"\",\"channels\":[[0.3,0.4]]}]}");

        HttpResponse<String> best = api.send("POST", WORDS,
                "{" + input + ",\"outputs\":[{\"name\":\"probabilities\",\"parameters\":{\"classification\":2}}]}");
        assertThat(api.json(best).path("outputs").toString()).isEqualTo(
                "[{\"name\":\"probabilities\",\"shape\":[2,2],\"datatype\":\"BYTES\",\"data\":[\"0.7:2:öfter\",\"0.2:0:yes\",\"0.6:1:no\",\"0.3:2:öfter\"]}]");

        HttpResponse<byte[]> texts = post(WORDS, "{" + input + ",\"outputs\":[{\"name\":\"label\",\"parameters\":{\"binary_data\":true}}]}",
                new byte[0]);
        assertThat(json(texts).findValuesAsString("binary_data_size")).containsExactly("16");
        ByteBuffer rest = rest(texts);
        byte[] first = new byte[rest.getInt()];
        rest.get(first);
        assertThat(new String(first, StandardCharsets.UTF_8)).isEqualTo("öfter");
        assertThat(rest.getInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"[]|expected a JSON object with an array of inputs",
            "{\"inputs\":[]}|one tensor with the name history but was []",
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1]}]}|one tensor with the name history but was [x]",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"BYTES\",\"shape\":[1,1],\"data\":[1]}]}|inputs[0].datatype: expected one of",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"data\":[1]}]}|inputs[0].shape: expected an array of whole numbers that are not negative but was absent",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[-1,1],\"data\":[1]}]}|inputs[0].shape",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[4000000,4000000],\"data\":[1]}]}|inputs[0].shape: expected at most 2000000 values",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[3],\"data\":[1,2,3]}]}|history.shape: expected [batch, channels, length]",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,2]}]}|inputs[0].data: expected 3 numbers, which is the shape [1, 3] but was 2",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,2,3,4]}]}|but was 4",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[\"1\"]}]}|numbers, or null where one is missing",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"INT32\",\"shape\":[1,1],\"data\":[null]}]}|inputs[0].data: expected numbers but was null",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,1]}]}|inputs[0].data: expected an array of numbers but was absent",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,1],\"parameters\":{\"binary_data_size\":8}}]}|expected 4 bytes",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,1],\"parameters\":{\"binary_data_size\":4}}]}|expected 4 bytes after the JSON but was 0",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[0,1],\"data\":[]}]}|1 to 1000 histories but was 0",
            "{\"parameters\":{\"horizont\":3},\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1]}]}|but was horizont",
            "{\"parameters\":{\"sequense_id\":3},\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1]}]}|but was sequense_id",
            "{\"parameters\":{\"horizon\":0},\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1]}]}|horizon",
            "{\"parameters\":{\"horizon\":1.5},\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1]}]}|horizon: expected a whole number but was 1.5",
            "{\"parameters\":{\"levels\":\"x\"},\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1]}]}|levels",
            "{\"parameters\":{\"start\":\"-1h\"},\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1]}]}|start",
            "{\"parameters\":{\"step\":\"fast\"},\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1]}]}|step",
            "{\"parameters\":{\"levels\":[0.8]},\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1]}]}|levels: expected text or a number but was [0.8]",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1001,0],\"data\":[]}]}|history.shape: expected a batch of at most 1000",
            "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1000,2000,0],\"data\":[]}]}|history.shape: expected sequences with at least one value",
            "{\"inputs\":[{\"name\":\"history\"},{\"name\":\"future\"}]}|inputs: expected one tensor but was 2",
            "{\"inputs\":[7]}|inputs[0].datatype", "{\"inputs\":|expected JSON but it ends in the middle"})
    void whatIsNoQuestionIsRefusedWithAnErrorOfTheProtocol(String body, String sentence) {
        HttpResponse<String> response = api.send("POST", ONLINE, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(api.json(response).propertyNames()).containsExactly("error");
        assertThat(api.json(response).path("error").asString()).contains(sentence);
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void errorsOfEveryKindAreThoseOfTheProtocol() throws Exception {
        String input = "{\"inputs\":[{\"name\":\"history\",\"datatype\":\"FP32\",\"shape\":[1,2,3],\"data\":[1,2,3,4,5,6]}]";
        assertThat(api.get("/v2/models/nobody").statusCode()).isEqualTo(404);
        assertThat(api.json("/v2/models/nobody").path("error").asString()).startsWith("no model has the id nobody");
        assertThat(api.json("/v2/models/s4d-machines-1").path("error").asString())
                .isEqualTo("model: expected a model of one of the tasks [classify, forecast] but was s4d-machines-1 of task reconstruct");
        assertThat(api.json("/v2/nope").toString()).isEqualTo("{\"error\":\"nothing is at /v2/nope; GET /v3/api-docs describes what is\"}");
        assertThat(api.get("/v2/models/online/versions/1").statusCode()).isEqualTo(404);
        assertThat(api.json("/v2/models/online/versions/1").propertyNames()).containsExactly("error");
        assertThat(api.get(ONLINE).statusCode()).isEqualTo(405);
        assertThat(api.json(ONLINE).propertyNames()).containsExactly("error");
        assertThat(api.json(api.send("POST", ONLINE, input + ",\"outputs\":[{\"name\":\"median\"}]}")).path("error").asString())
                .isEqualTo("outputs: expected some of [mean, lower, upper, after] but was median");
        assertThat(api.json(api.send("POST", ONLINE, input + ",\"outputs\":[{\"name\":\"mean\",\"parameters\":{\"classification\":1}}]}"))
                .path("error").asString()).contains("a number for each class but was mean");
        api.modelService().answersWith(200,
                "{\"model\":\"online-1\",\"results\":[{\"name\":\"\",\"problem\":\"expected at least 24 values but was 3\",\"channels\":[]}]}");
        assertThat(api.json(api.send("POST", ONLINE, input + "}")).path("error").asString())
                .isEqualTo("history[0]: expected a history that can be forecast but was expected at least 24 values but was 3");
        assertThat(post(ONLINE, input + "}", new byte[3]).statusCode()).isEqualTo(400);
        HttpRequest short_ = HttpRequest.newBuilder(api.at(ONLINE)).header(LENGTH, "99999")
                .POST(HttpRequest.BodyPublishers.ofString(input + "}")).build();
        assertThat(api.json(api.send(short_)).path("error").asString()).startsWith(LENGTH + ": expected at most the ");
        HttpRequest packed = HttpRequest.newBuilder(api.at(ONLINE)).header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofString(input + "}")).build();
        assertThat(api.send(packed).statusCode()).isEqualTo(415);
        assertThat(api.json("/api/v1/models/nobody").path("type").asString()).as("elsewhere they are problem details")
                .isEqualTo("urn:longwave:problem:unknown-model");
    }

    private static HttpResponse<byte[]> post(String path, String json, byte[] raw) throws IOException, InterruptedException {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(text);
        body.writeBytes(raw);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(api.at(path)).header("Content-Type", "application/octet-stream")
                    .header(LENGTH, Integer.toString(text.length)).POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private static JsonNode json(HttpResponse<byte[]> response) {
        return new JsonMapper().readTree(response.body(), 0, jsonLength(response));
    }

    private static ByteBuffer rest(HttpResponse<byte[]> response) {
        int length = jsonLength(response);
        return ByteBuffer.wrap(response.body(), length, response.body().length - length).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int jsonLength(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).as(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(200);
        return Integer.parseInt(response.headers().firstValue(LENGTH).orElseThrow());
    }
}
