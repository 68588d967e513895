package io.longwave.api.model;

import io.longwave.api.modelservice.ModelService;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.query.Limits;
import io.longwave.api.series.KnownSeries;
import io.longwave.db.model.ModelQueries;
import io.longwave.db.series.TenantScope;
import io.longwave.wire.PromotionRequest;
import io.longwave.wire.WatchRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

@RestController
@RequestMapping("/api/v1")
@Tag(name = "models")
class ModelController {
    private static final int MAX_SERIES = 1000;
    private static final int DEFAULT_HORIZON = 96;
    private static final int MAX_HORIZON = 10_000;
    private static final String ONLINE = "";

    private final ModelQueries models;
    private final KnownModels known;
    private final KnownSeries series;
    private final ModelService modelService;
    private final JsonMapper json;

    ModelController(ModelQueries models, KnownModels known, KnownSeries series, ModelService modelService, JsonMapper json) {
        this.models = models;
        this.known = known;
        this.series = series;
        this.modelService = modelService;
        this.json = json;
    }

    @Schema(name = "Promotion", description = "Which series a model is to serve.")
    record Promotion(
            @ArraySchema(minItems = 1, maxItems = MAX_SERIES, schema = @Schema(description = "Id (number) or canonical key (text).", oneOf = {
                    Long.class, String.class}, example = "17")) @Nullable List<Object> series) {}

    @Schema(name = "PromotionAccepted", description = "The change travels in the stream and takes effect at an offset, within moments.")
    record PromotionAccepted(
            @Schema(description = "Model that will serve them; null for the online model.", example = "spacetime-etth1-3") @Nullable String model,
            @Schema(description = "Canonical keys.") List<String> series) {}

    @Schema(name = "Watch", description = "How far stored forecasts reach.")
    record Watch(@Schema(description = "Steps ahead, 1 to 10000; 96 by default.", example = "96") @Nullable Integer horizon) {}

    @Schema(name = "WatchAccepted", description = "The change travels in the stream and takes effect at an offset, within moments.")
    record WatchAccepted(@Schema(description = "Canonical key.") String series, boolean watched,
            @Schema(description = "Steps ahead of a stored forecast; null when none are stored.") @Nullable Integer horizon) {}

    @GetMapping("/models")
    @Operation(operationId = "findModels", summary = "Registered models, newest first", description = """
            The online model, which serves every series until another is promoted, is part of the program and not listed here.""")
    List<ModelView> all(TenantScope scope,
            @Parameter(description = "Largest number of models, 1 to 1000; 100 by default.") @RequestParam(required = false) @Nullable Integer limit) {
        return models.newest(scope, Limits.within("limit", limit, 100, 1, 1000)).stream().map(row -> ModelView.of(row, json)).toList();
    }

    @GetMapping("/models/{model}")
    @Operation(operationId = "getModel", summary = "One model")
    ModelView one(TenantScope scope, @PathVariable String model) {
        return ModelView.of(known.byId(scope, model), json);
    }

    @PostMapping("/models/{model}/promote")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "promoteModel", summary = "Serve series with this model", description = "Nothing is changed when one of the series does not exist.")
    PromotionAccepted promote(TenantScope scope, @PathVariable String model, @RequestBody Promotion promotion) {
        List<Object> names = promotion.series();
        if (names == null || names.isEmpty() || names.size() > MAX_SERIES || names.contains(null)) {
            throw ProblemException.badParameter("series", "1 to " + MAX_SERIES + " ids or canonical keys",
                    names == null ? "absent" : names);
        }
        known.available(model);
        List<String> keys = series.keys(scope, names);
        modelService.promote(new PromotionRequest(model, keys));
        return new PromotionAccepted(model, keys);
    }

    @DeleteMapping("/series/{id}/promotion")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "rollBackToOnline", summary = "Roll a series back to the online model")
    PromotionAccepted rollBack(TenantScope scope, @PathVariable long id) {
        List<String> keys = List.of(series.key(scope, id));
        modelService.promote(new PromotionRequest(ONLINE, keys));
        return new PromotionAccepted(null, keys);
    }

    @PutMapping("/series/{id}/watch")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "watchSeries", summary = "Store forecasts of a series")
    WatchAccepted watch(TenantScope scope, @PathVariable long id, @RequestBody(required = false) @Nullable Watch watch) {
        int horizon = Limits.within("horizon", watch == null ? null : watch.horizon(), DEFAULT_HORIZON, 1, MAX_HORIZON);
        String key = series.key(scope, id);
        modelService.watch(new WatchRequest(key, true, horizon));
        return new WatchAccepted(key, true, horizon);
    }

    @DeleteMapping("/series/{id}/watch")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "unwatchSeries", summary = "Store no more forecasts of a series")
    WatchAccepted unwatch(TenantScope scope, @PathVariable long id) {
        String key = series.key(scope, id);
        modelService.watch(new WatchRequest(key, false, DEFAULT_HORIZON));
        return new WatchAccepted(key, false, null);
    }
}
