package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ClassificationsTest {
    @RegisterExtension
    static final RunningApi api = new RunningApi("spring.servlet.multipart.max-file-size=100KB", "server.tomcat.max-part-count=1200",
            "spring.jackson.factory.constraints.read.max-document-length=100000");

    private static final String CLASSIFY = "/api/v1/models/s4d-words-1/classify";
    private static final String START = "/api/v1/classifications?model=s4d-words-1";

    @BeforeEach
    void twoModels() {
        api.postgres().truncate();
        api.modelService().forget();
        api.modelService().answersWith(200, "{}");
        api.model("s4d-words-1", "s4d", "classify");
        api.model("s4d-etth1-1", "s4d", "forecast");
    }

    @Test
    void postedRecordingsReachTheModelServiceAndComeBackByClass() {
        api.modelService().answersWith(200, """
                {"model":"s4d-words-1","classes":["yes","no"],"results":[
                    {"name":"a","label":"no","probabilities":[0.25,0.75],"problem":null},
                    {"name":"","label":null,"probabilities":[],"problem":"expected 1 channel but was 2"}]}""");
        HttpResponse<String> response = api.send("POST", CLASSIFY,
                "{\"recordings\":[{\"name\":\"a\",\"channels\":[[1,null,2.5]]},{\"channels\":[[1],[2]]}]}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        FakeModelService.Call call = api.modelService().onlyCall();
        assertThat(call.path()).isEqualTo("/internal/v1/classify");
        assertThat(call.body().toString()).isEqualTo("{\"model\":\"s4d-words-1\",\"recordings\":[{\"name\":\"a\",\"channels\":"
                + "[[1.0,\"NaN\",2.5]]},{\"name\":\"\",\"channels\":[[1.0],[2.0]]}]}");
        JsonNode answer = api.json(response);
        assertThat(answer.path("model").asString()).isEqualTo("s4d-words-1");
        assertThat(answer.path("results").get(0).toString())
                .isEqualTo("{\"recording\":\"a\",\"number\":0,\"seconds\":null,\"label\":\"no\","
                        + "\"probability\":0.75,\"probabilities\":{\"yes\":0.25,\"no\":0.75},\"problem\":null}");
        assertThat(answer.path("results").get(1).path("problem").asString()).isEqualTo("expected 1 channel but was 2");
        assertThat(answer.path("results").get(1).path("label").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{}|recordings", "{\"recordings\":[]}|recordings",
            "{\"recordings\":[null]}|recordings[0]", "{\"recordings\":[{\"name\":\"x\"}]}|recordings[0].channels",
            "{\"recordings\":[{\"channels\":[[1]]},{\"channels\":[null]}]}|recordings[1].channels"})
    void whatHoldsNoRecordingsIsRefused(String body, String parameter) {
        HttpResponse<String> response = api.send("POST", CLASSIFY, body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(api.json(response).path("parameter").asString()).isEqualTo(parameter);
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void aBodyThatIsTooLongIsRefusedWhileItIsRead() {
        HttpResponse<String> response = api.send("POST", CLASSIFY, "{\"recordings\":[{\"channels\":[[" + "1,".repeat(100_000) + "1]]}]}");
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(api.json(response).path("type").asString()).isEqualTo("urn:longwave:problem:too-large");
        assertThat(api.json(response).path("detail").asString()).contains("100000").doesNotContain("Constraints");
    }

    @Test
    void aModelThatIsUnknownGoneOrForAnotherTaskIsNotAsked() {
        String body = "{\"recordings\":[{\"channels\":[[1]]}]}";
        assertThat(api.send("POST", "/api/v1/models/s4d-none-1/classify", body).statusCode()).isEqualTo(404);
        HttpResponse<String> other = api.send("POST", "/api/v1/models/s4d-etth1-1/classify", body);
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(api.json(other).path("detail").asString())
                .isEqualTo("model: expected a model of task classify but was s4d-etth1-1 of task forecast");
        assertThat(upload("/api/v1/classifications?model=s4d-etth1-1", Map.of("a.wav", new byte[3])).statusCode()).isEqualTo(400);
        api.jdbc().sql("update model set available = false").update();
        assertThat(api.json(api.send("POST", CLASSIFY, body)).path("type").asString()).isEqualTo("urn:longwave:problem:model-unavailable");
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void filesTravelToTheModelServiceAsTheyAreAndTheJobIsWhereTheAnswerSays() {
        UUID job = job("now()");
        api.modelService().answersWith(202, Map.of("Content-Type", "application/json"), "{\"job\":\"" + job + "\"}");
        HttpResponse<String> response = upload(START, Map.of("käse 1.wav", new byte[]{1, 2, (byte) 0xff, 0}));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        assertThat(response.headers().firstValue("Location")).contains("/api/v1/classifications/" + job);
        assertThat(api.json(response).path("recordings").asInt()).isEqualTo(3);
        FakeModelService.Call call = api.modelService().onlyCall();
        assertThat(call.path()).isEqualTo("/internal/v1/classifications?model=s4d-words-1");
        assertThat(call.body().asString()).contains("name=\"recordings\"").contains("\u0001\u0002\u00ff\u0000\r\n--");
        assertThat(new String(call.body().asString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)).contains("käse 1.wav");

        api.modelService().answersWith(422, "{\"detail\":\"files: expected WAV files of 8000 Hz but found [a.txt]\"}");
        HttpResponse<String> refused = upload(START, Map.of("a.txt", new byte[1]));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(api.json(refused).path("detail").asString()).isEqualTo("files: expected WAV files of 8000 Hz but found [a.txt]");
    }

    @Test
    void anUploadWithoutFilesOrTooLargeIsRefused() {
        HttpResponse<String> large = upload(START, Map.of("a.wav", new byte[150_000]));
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(api.json(large).path("type").asString()).isEqualTo("urn:longwave:problem:too-large");
        assertThat(api.json(large).path("detail").asString()).contains("102400");
        Map<String, byte[]> many = new LinkedHashMap<>();
        for (int i = 0; i <= 1200; i++) {
            many.put(i + ".wav", new byte[1]);
        }
        HttpResponse<String> count = upload(START, many);
        assertThat(count.statusCode()).isEqualTo(413);
        assertThat(api.json(count).path("detail").asString()).isEqualTo("expected at most 1200 files in one request");
        many.remove("1200.wav");
        UUID job = job("now()");
        api.modelService().answersWith(202, Map.of("Content-Type", "application/json"), "{\"job\":\"" + job + "\"}");
        assertThat(upload(START, many).statusCode()).isEqualTo(202);
        api.modelService().forget();
        HttpResponse<String> none = upload(START, Map.of());
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(api.json(none).path("detail").asString()).contains("recordings: expected files");
        assertThat(api.send("POST", START, "{}").statusCode()).isEqualTo(415);
        assertThat(api.modelService().callCount()).isZero();
    }

    @Test
    void answersOfAJobComeByPagesThatFollowEachOther() {
        UUID job = job("now()");
        answer(job, 0, 0, "0.5", "yes", "{0.75,0.25}");
        answer(job, 0, 1, "1.25", "no", "{0.125,0.875}");
        api.jdbc().sql("update classification_recording set classified_at = now(), problem = 'expected x' where ordinal = 1").update();
        api.jdbc().sql("update classification_recording set classified_at = now() where ordinal = 0").update();
        JsonNode seen = api.json("/api/v1/classifications/" + job);
        assertThat(List.of(seen.path("recordings").asInt(), seen.path("classified").asInt(), seen.path("failed").asInt()))
                .containsExactly(3, 2, 1);
        assertThat(seen.path("finishedAt").isNull()).isTrue();
        assertThat(seen.path("classes").toString()).isEqualTo("[\"yes\",\"no\"]");

        HttpResponse<String> page = api.get("/api/v1/classifications/" + job + "/results?limit=2");
        assertThat(api.json(page).toString()).isEqualTo("""
                [{"recording":"r0","number":0,"seconds":0.5,"label":"yes","probability":0.75,"probabilities":{"yes":0.75,"no":0.25},\
                "problem":null},{"recording":"r0","number":1,"seconds":1.25,"label":"no","probability":0.875,\
                "probabilities":{"yes":0.125,"no":0.875},"problem":null}]""");
        String next = page.headers().firstValue("Link").orElseThrow().replaceAll("<(.*)>.*", "$1");
        HttpResponse<String> last = api.get(next);
        assertThat(api.json(last).toString()).isEqualTo(
                """
                        [{"recording":"r1","number":0,"seconds":null,"label":null,"probability":null,"probabilities":{},"problem":"expected x"}]""");
        assertThat(last.headers().firstValue("Link")).isEmpty();
    }

    @Test
    void jobsAreListedNewestFirstByPages() {
        UUID old = job("now() - interval '1 hour'");
        UUID recent = job("now()");
        HttpResponse<String> page = api.get("/api/v1/classifications?limit=1");
        assertThat(api.json(page)).singleElement().satisfies(one -> assertThat(one.path("id").asString()).isEqualTo(recent.toString()));
        JsonNode rest = api.json(page.headers().firstValue("Link").orElseThrow().replaceAll("<(.*)>.*", "$1"));
        assertThat(rest).singleElement().satisfies(one -> assertThat(one.path("id").asString()).isEqualTo(old.toString()));
    }

    @Test
    void aJobIsForgottenByTheModelServiceAndOneThatIsNotThereIsUnknown() {
        UUID job = job("now()");
        api.modelService().answersWith(204, Map.of(), "");
        assertThat(api.send("DELETE", "/api/v1/classifications/" + job, "").statusCode()).isEqualTo(204);
        assertThat(api.modelService().onlyCall().path()).isEqualTo("/internal/v1/classifications/" + job);
        for (String unknown : List.of(UUID.randomUUID().toString(), "nonsense")) {
            HttpResponse<String> response = api.get("/api/v1/classifications/" + unknown + "/results");
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(api.json(response).path("type").asString()).isEqualTo("urn:longwave:problem:unknown-classification");
        }
    }

    /** A job of recordings r0 to r2, all open. */
    private static UUID job(String createdAt) {
        UUID job = UUID.randomUUID();
        api.jdbc().sql("insert into classification_job (id, model, classes, created_at) values (?, 's4d-words-1', '{yes,no}', " + createdAt
                + ")").param(job).update();
        for (int i = 0; i < 3; i++) {
            api.jdbc().sql("insert into classification_recording (job, ordinal, name) values (?, ?, ?)").params(job, i, "r" + i).update();
        }
        return job;
    }

    private static void answer(UUID job, int ordinal, int number, String seconds, String label, String probabilities) {
        api.jdbc().sql("insert into classification values (?, ?, ?, ?::float8, ?, ?::real[])")
                .params(job, ordinal, number, seconds, label, probabilities).update();
    }

    private static HttpResponse<String> upload(String path, Map<String, byte[]> files) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        files.forEach((name, content) -> {
            body.writeBytes(("--border\r\nContent-Disposition: form-data; name=\"recordings\"; filename=\"" + name
                    + "\"\r\nContent-Type: application/octet-stream\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            body.writeBytes(content);
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        });
        body.writeBytes("--border--\r\n".getBytes(StandardCharsets.UTF_8));
        return api.send(HttpRequest.newBuilder(api.at(path)).header("Content-Type", "multipart/form-data; boundary=border")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())).build());
    }
}
