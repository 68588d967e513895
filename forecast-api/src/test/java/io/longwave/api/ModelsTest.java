package io.longwave.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ModelsTest {
    @RegisterExtension
    static final RunningApi api = new RunningApi();

    private long id;

    @BeforeEach
    void oneModelAndOneSeries() {
        api.postgres().truncate();
        api.modelService().forget();
        api.modelService().answersWith(202, "");
        id = api.series("default/metrics/cpu#usage");
        api.jdbc()
                .sql("""
                        insert into model (id, family, task, config, metrics, data, seed, path, created_at) values
                        ('spacetime-etth1-3', 'spacetime', 'forecast', '{"lag":336}', '{"test":{"mse":0.08}}', '{"rows":17420}', 7, 'm/3', now())""")
                .update();
    }

    @Test
    void theRegistryShowsWhatAModelReachedAndHowManySeriesItServes() {
        api.jdbc().sql("insert into series_serving (series_id, model) values (?, 'spacetime-etth1-3')").param(id).update();
        JsonNode models = api.json("/api/v1/models");
        assertThat(models.size()).isEqualTo(1);
        JsonNode model = api.json("/api/v1/models/spacetime-etth1-3");
        assertThat(model).isEqualTo(models.path(0));
        assertThat(model.path("metrics").path("test").path("mse").asDouble()).isEqualTo(0.08);
        assertThat(model.path("config").path("lag").asInt()).isEqualTo(336);
        assertThat(model.path("promotedSeries").asInt()).isEqualTo(1);
        api.series("default/metrics/cpu,host=another#usage");
        assertThat(api.json("/api/v1/series").size()).isEqualTo(2);
        JsonNode served = api.json("/api/v1/series?promoted=spacetime-etth1-3");
        assertThat(served.size()).isOne();
        assertThat(served.path(0).path("id").asLong()).isEqualTo(id);
        assertThat(api.json("/api/v1/series?promoted=spacetime-etth1-4").size()).isZero();
    }

    @Test
    void promotionTakesIdsAndKeysAndReachesTheModelService() {
        api.series("default/metrics/mem#used");
        HttpResponse<String> response = api.send("POST", "/api/v1/models/spacetime-etth1-3/promote",
                "{\"series\":[" + id + ",\"default/metrics/mem#used\"," + id + "]}");
        assertThat(response.statusCode()).isEqualTo(202);
        FakeModelService.Call call = api.modelService().onlyCall();
        assertThat(call.path()).isEqualTo("/internal/v1/promotions");
        assertThat(call.body().toString())
                .isEqualTo("{\"model\":\"spacetime-etth1-3\",\"series\":[\"default/metrics/cpu#usage\",\"default/metrics/mem#used\"]}");
    }

    @Test
    void promotionOfOneUnknownSeriesChangesNothing() {
        HttpResponse<String> response = api.send("POST", "/api/v1/models/spacetime-etth1-3/promote",
                "{\"series\":[" + id + ",99,\"x/y/z#f\"]}");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(api.json(response).path("series").toString()).isEqualTo("[99,\"x/y/z#f\"]");
        assertThat(api.modelService().callCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"series\":[]}", "{\"series\":[null]}", "{\"series\":[1.5]}", "{\"series\":[{}]}"})
    void promotionOfNothingThatCanBeNamedIsRefused(String body) {
        HttpResponse<String> response = api.send("POST", "/api/v1/models/spacetime-etth1-3/promote", body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(api.json(response).path("parameter").asString()).isEqualTo("series");
    }

    @Test
    void aModelWhoseFilesAreGoneIsNotPromoted() {
        api.jdbc().sql("update model set available = false").update();
        HttpResponse<String> response = api.send("POST", "/api/v1/models/spacetime-etth1-3/promote", "{\"series\":[" + id + "]}");
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(api.json(response).path("type").asString()).isEqualTo("urn:longwave:problem:model-unavailable");
    }

    @Test
    void rollingBackPromotesTheOnlineModel() {
        HttpResponse<String> response = api.send("DELETE", "/api/v1/series/" + id + "/promotion", "");
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(api.json(response).path("model").isNull()).isTrue();
        assertThat(api.modelService().onlyCall().body().toString())
                .isEqualTo("{\"model\":\"\",\"series\":[\"default/metrics/cpu#usage\"]}");
    }

    @Test
    void aWatchSaysHowFarForecastsReach() {
        assertThat(api.send("PUT", "/api/v1/series/" + id + "/watch", "{\"horizon\":24}").statusCode()).isEqualTo(202);
        FakeModelService.Call call = api.modelService().onlyCall();
        assertThat(call.path()).isEqualTo("/internal/v1/watches");
        assertThat(call.body().toString()).isEqualTo("{\"series\":\"default/metrics/cpu#usage\",\"watched\":true,\"horizon\":24}");
        api.send("PUT", "/api/v1/series/" + id + "/watch", "");
        assertThat(api.modelService().onlyCall().body().path("horizon").asInt()).isEqualTo(96);
        api.send("DELETE", "/api/v1/series/" + id + "/watch", "");
        assertThat(api.modelService().onlyCall().body().path("watched").asBoolean()).isFalse();
    }
}
