package io.longwave.api.inference;

import io.longwave.api.ApiApplication;
import io.longwave.api.access.OfNoTenant;
import io.longwave.api.classification.RecordingClassifications;
import io.longwave.api.forecast.HistoryForecasts;
import io.longwave.api.inference.ServedModel.Signature;
import io.longwave.api.model.KnownModels;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.problem.ProblemType;
import io.longwave.db.model.ModelRow;
import io.longwave.db.series.TenantScope;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Models have no versions here: each is a model of its own, so the addresses with a version do not exist. */
@RestController
@RequestMapping(InferenceController.ROOT)
class InferenceController {
    static final String ROOT = "/v2";
    private static final int MAX_BODY = 64 << 20;
    private static final List<String> EXTENSIONS = List.of("binary_tensor_data", "classification", "sequence", "sequence(string_id)");

    private final KnownModels models;
    private final Map<String, ServedModel> byTask;
    private final HealthEndpoint health;
    private final JsonMapper json;
    private final String version = Objects.requireNonNullElse(ApiApplication.class.getPackage().getImplementationVersion(), "unpackaged");

    InferenceController(KnownModels models, Forecaster forecaster, Classifier classifier, HealthEndpoint health, JsonMapper json) {
        this.models = models;
        byTask = Map.of(HistoryForecasts.TASK, forecaster, RecordingClassifications.TASK, classifier);
        this.health = health;
        this.json = json;
    }

    record Server(String name, String version, List<String> extensions) {}

    record Live(boolean live) {}

    record Ready(boolean ready) {}

    record ModelReady(String name, boolean ready) {}

    record Model(String name, String platform, List<Signature> inputs, List<Signature> outputs) {}

    @OfNoTenant
    @GetMapping
    Server server() {
        return new Server("longwave", version, EXTENSIONS);
    }

    @OfNoTenant
    @GetMapping("/health/live")
    Live live() {
        return new Live(true);
    }

    @OfNoTenant
    @GetMapping("/health/ready")
    ResponseEntity<Ready> ready() {
        HealthDescriptor readiness = health.healthForPath("readiness");
        boolean up = readiness != null && readiness.getStatus().equals(Status.UP);
        return ResponseEntity.status(up ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE).body(new Ready(up));
    }

    @OfNoTenant
    @GetMapping("/models/{model}")
    Model model(@PathVariable String model) {
        if (model.equals(HistoryForecasts.ONLINE)) {
            return described(model, model, HistoryForecasts.TASK);
        }
        ModelRow row = models.byId(TenantScope.ALL, model);
        return described(model, row.family(), row.task());
    }

    private Model described(String name, String family, String task) {
        ServedModel served = served(name, task);
        return new Model(name, "longwave_" + family, served.inputs(), served.outputs());
    }

    @OfNoTenant
    @GetMapping("/models/{model}/ready")
    ModelReady modelReady(@PathVariable String model) {
        served(model);
        return new ModelReady(model, true);
    }

    @PostMapping("/models/{model}/infer")
    ResponseEntity<byte[]> infer(TenantScope scope, @PathVariable String model,
            @RequestHeader(name = InferenceAnswer.JSON_LENGTH, required = false) @Nullable Integer jsonLength,
            @RequestHeader(name = HttpHeaders.CONTENT_ENCODING, defaultValue = "identity") String encoding, HttpServletRequest http)
            throws IOException {
        if (!encoding.equalsIgnoreCase("identity")) {
            throw new ProblemException(ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "expected a body that is not compressed but its encoding is " + encoding);
        }
        ServedModel served = served(model);
        byte[] body = http.getInputStream().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw new ProblemException(ProblemType.TOO_LARGE, "expected at most " + MAX_BODY + " bytes");
        }
        int length = jsonLength == null ? body.length : jsonLength;
        if (length < 0 || length > body.length) {
            throw ProblemException.badParameter(InferenceAnswer.JSON_LENGTH, "at most the " + body.length + " bytes of the body", length);
        }
        InferenceRequest request;
        try {
            request = InferenceRequest.read(json.readTree(body, 0, length), Arrays.copyOfRange(body, length, body.length));
        } catch (JacksonException e) {
            throw new HttpMessageNotReadableException("not JSON", e, new ServletServerHttpRequest(http));
        }
        return InferenceAnswer.of(model, request, served.infer(scope, model, request), json);
    }

    private ServedModel served(String model) {
        return model.equals(HistoryForecasts.ONLINE)
                ? served(model, HistoryForecasts.TASK)
                : served(model, models.available(model).task());
    }

    private ServedModel served(String model, String task) {
        ServedModel served = byTask.get(task);
        if (served == null) {
            throw ProblemException.badParameter("model", "a model of one of the tasks " + byTask.keySet().stream().sorted().toList(),
                    model + " of task " + task);
        }
        return served;
    }
}
