package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

class DescriptionTest {
    @RegisterExtension
    static final RunningApi api = new RunningApi();

    @Test
    void theDescriptionIsOpenApi31AndNamesEveryAddress() {
        JsonNode description = api.json("/v3/api-docs");
        assertThat(description.path("openapi").asString()).startsWith("3.1");
        assertThat(new TreeSet<>(description.path("paths").propertyNames())).containsAll(Set.of("/api/v1/series", "/api/v1/series/{id}",
                "/api/v1/series/{id}/points", "/api/v1/series/{id}/forecast", "/api/v1/series/{id}/forecasts",
                "/api/v1/series/{id}/anomalies", "/api/v1/series/{id}/watch", "/api/v1/series/{id}/promotion", "/api/v1/anomalies",
                "/api/v1/anomalies/{anomaly}", "/api/v1/models", "/api/v1/models/{model}", "/api/v1/models/{model}/promote",
                "/api/v1/models/{model}/classify", "/api/v1/classifications", "/api/v1/classifications/{job}",
                "/api/v1/classifications/{job}/results", "/api/v1/groups", "/api/v1/groups/{name}", "/api/v1/groups/{name}/scores",
                "/api/v1/groups/{name}/anomalies", "/api/v1/groups/{name}/forecast", "/api/v1/table", "/api/v1/status",
                "/api/v1/dead-letters",
                "/api/v1/live", "/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/{model}", "/v2/models/{model}/ready",
                "/v2/models/{model}/infer", "/v2/forecast", "/v2/cross_validation", "/v2/anomaly_detection",
                "/v2/online_anomaly_detection", "/model_params", "/validate_api_key"));
    }

    @Test
    void everyOperationHasASummaryDescribedParametersAnAnswerAndItsProblems() {
        JsonNode description = api.json("/v3/api-docs");
        description.path("paths").properties().forEach(path -> path.getValue().properties().forEach(method -> {
            String name = method.getKey() + " " + path.getKey();
            JsonNode operation = method.getValue();
            assertThat(operation.path("summary").asString("")).as(name).isNotBlank();
            assertThat(operation.path("operationId").asString("")).as(name).isNotBlank();
            for (JsonNode parameter : operation.path("parameters")) {
                if (parameter.path("in").asString().equals("query")) {
                    assertThat(parameter.path("description").asString("")).as(name + " " + parameter).isNotBlank();
                }
            }
            assertThat(operation.path("responses").propertyNames()).as(name).containsAnyOf("200", "202", "204");
            if (operation.path("tags").path(0).asString().equals("inference")) {
                assertThat(operation.at("/responses/default/content/application~1json/schema/$ref").asString("")).as(name)
                        .isEqualTo("#/components/schemas/InferenceError");
                return;
            }
            for (String problem : Set.of("400", "500", "503")) {
                assertThat(operation.path("responses").path(problem).path("content").path("application/problem+json").path("schema")
                        .path("$ref").asString("")).as(name + " " + problem).isEqualTo("#/components/schemas/Problem");
            }
        }));
    }

    @Test
    void deadLettersSayWhereWhatWasRefusedBeforeTheStreamIsFound() {
        assertThat(api.json("/v3/api-docs").at("/paths/~1api~1v1~1dead-letters/get/description").asString())
                .contains("longwave.deadletter.v1")
                .contains("longwave_ingest_refused_lines_total");
    }

    @Test
    void everySchemaThatIsReferredToExists() {
        String text = api.get("/v3/api-docs").body();
        JsonNode schemas = api.json("/v3/api-docs").path("components").path("schemas");
        java.util.regex.Pattern.compile("#/components/schemas/([A-Za-z0-9_.-]+)").matcher(text).results()
                .forEach(reference -> assertThat(schemas.has(reference.group(1))).as(reference.group(1)).isTrue());
        assertThat(schemas.propertyNames()).contains("Series", "Point", "Forecast", "Anomaly", "Model", "Status", "DeadLetter", "Problem",
                "InferenceModel",
                "InferenceError");
        assertThat(schemas.path("Model").path("properties").propertyNames()).as("not that of the inference protocol").contains("family");
        assertThat(schemas.path("Problem").path("properties").propertyNames()).as("not that of TimeGPT").contains("type");
    }
}
