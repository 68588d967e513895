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
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
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
import org.springframework.http.MediaType;
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
@Tag(name = "inference")
@RequestMapping(InferenceController.ROOT)
class InferenceController {
    static final String ROOT = "/v2";
    private static final String QUESTION = """
            {"inputs":[{"name":"history","datatype":"FP64","shape":[1,30],"data":[20,21,22,23,24,25,20,21,22,23,24,25,20,21,22,23,24,25,20,21,22,23,24,25,20,21,22,23,24,25]}],\
            "parameters":{"horizon":2}}""";
    private static final String ANSWER = """
            {"model_name":"online","outputs":[{"name":"mean","datatype":"FP64","shape":[1,1,2],"data":[4,5]}]}""";
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

    @Schema(name = "InferenceServer")
    record Server(String name, String version, List<String> extensions) {}

    @Schema(name = "InferenceLive")
    record Live(boolean live) {}

    @Schema(name = "InferenceReady")
    record Ready(boolean ready) {}

    @Schema(name = "InferenceModelReady")
    record ModelReady(String name, boolean ready) {}

    @Schema(name = "InferenceModel")
    record Model(String name, String platform, List<Signature> inputs, List<Signature> outputs) {}

    @OfNoTenant
    @GetMapping
    @Operation(operationId = "inferenceServer", summary = "Name, version and extensions of this server")
    Server server() {
        return new Server("longwave", version, EXTENSIONS);
    }

    @OfNoTenant
    @GetMapping("/health/live")
    @Operation(operationId = "inferenceLive", summary = "Whether the server runs")
    Live live() {
        return new Live(true);
    }

    @OfNoTenant
    @GetMapping("/health/ready")
    @Operation(operationId = "inferenceReady", summary = "Whether the server can be asked; 503 where it cannot")
    ResponseEntity<Ready> ready() {
        HealthDescriptor readiness = health.healthForPath("readiness");
        boolean up = readiness != null && readiness.getStatus().equals(Status.UP);
        return ResponseEntity.status(up ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE).body(new Ready(up));
    }

    @OfNoTenant
    @GetMapping("/models/{model}")
    @Operation(operationId = "inferenceModel", summary = "Tensors that a model takes and gives")
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
    @Operation(operationId = "inferenceModelReady", summary = "Whether a model can be asked; 409 where its files are gone")
    ModelReady modelReady(@PathVariable String model) {
        served(model);
        return new ModelReady(model, true);
    }

    @PostMapping("/models/{model}/infer")
    @Operation(operationId = "infer", summary = "Ask a model by tensors", description = """
            The question is an object with inputs and perhaps id, parameters and outputs, as the protocol has it. Tensors may follow it as bytes; then the header Inference-Header-Content-Length
            says how long it is, of the answer too. Outputs and parameters are those of the model's task.""", requestBody = @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "object", example = QUESTION))), responses = @ApiResponse(responseCode = "200", description = "Tensors.", content = @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "object", example = ANSWER))))
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
