package io.longwave.api.timegpt;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import io.longwave.api.access.OfNoTenant;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.problem.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The addresses that clients of TimeGPT ask. The key they send is a token of this service, where tokens are configured. */
@RestController
@Tag(name = "timegpt")
class TimeGptController {
    private static final String BODY = """
            {"series":{"y":[1,2,3],"sizes":[3],"start_datetime":["2026-03-01"]},"model":"timegpt-1","freq":"D","h":2,"level":[80,95]}""";

    private final TimeGptForecasts forecasts;
    private final TimeGptScores scores;
    private final JsonMapper json;

    TimeGptController(TimeGptForecasts forecasts, TimeGptScores scores, JsonMapper json) {
        this.forecasts = forecasts;
        this.scores = scores;
        this.json = json;
    }

    record Detail<T>(T detail) {}

    record ModelParams(@JsonProperty("input_size") int inputSize, int horizon) {}

    @OfNoTenant
    @GetMapping("/validate_api_key")
    @Operation(operationId = "timeGptKey", summary = "Whether the key is a token; 401 where it is none")
    Detail<String> validate() {
        return new Detail<>("the key is valid"); // with another one nobody comes here
    }

    @OfNoTenant
    @GetMapping("/model_params")
    @Operation(operationId = "timeGptModel", summary = "How far a model looks back and ahead")
    Detail<ModelParams> modelParams(
            @Parameter(description = "timegpt and what begins so is the online model, any other name a registered one.", example = "timegpt-1") @RequestParam String model,
            @Parameter(description = "Distance of two values, as pandas calls it.", example = "15min") @RequestParam String freq) {
        Frequency.nanos(freq);
        TimeGptForecasts.Reach reach = forecasts.reach(TimeGptRequest.named(model));
        return new Detail<>(new ModelParams(reach.inputSize(), reach.horizon()));
    }

    @OfNoTenant
    @PostMapping("/v2/forecast")
    @Operation(operationId = "timeGptForecast", summary = "What follows the series", requestBody = @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "object", example = BODY))))
    TimeGptAnswer forecast(HttpServletRequest http) throws IOException {
        return forecasts.forecast(read(http));
    }

    /** Forecasts of windows within the series, or, of the whole history, what was expected of each value before it was seen. */
    @OfNoTenant
    @PostMapping("/v2/cross_validation")
    @Operation(operationId = "timeGptCrossValidation", summary = "Forecasts of windows within the series, or what was expected of all their values", requestBody = @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "object", example = BODY))))
    TimeGptAnswer crossValidation(HttpServletRequest http) throws IOException {
        TimeGptRequest request = read(http);
        return request.json().path("full_history").asBoolean(false) ? scores.expected(request) : forecasts.crossValidation(request);
    }

    @OfNoTenant
    @PostMapping("/v2/anomaly_detection")
    @Operation(operationId = "timeGptAnomalies", summary = "Which values of the series are outside of their interval", requestBody = @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "object", example = BODY))))
    TimeGptAnswer anomalies(HttpServletRequest http) throws IOException {
        return scores.anomalies(read(http).withUsualLevel());
    }

    @OfNoTenant
    @PostMapping("/v2/online_anomaly_detection")
    @Operation(operationId = "timeGptOnlineAnomalies", summary = "The same of the last values of each series", requestBody = @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(type = "object", example = BODY))))
    TimeGptAnswer onlineAnomalies(HttpServletRequest http) throws IOException {
        return scores.lastAnomalies(read(http).withUsualLevel());
    }

    private TimeGptRequest read(HttpServletRequest http) throws IOException {
        try (InputStream in = decoded(http)) {
            return TimeGptRequest.read(json.readTree(in)); // which reads no more than a body of JSON may have
        } catch (JacksonException e) {
            if (e.getCause() instanceof ZstdIOException || e.getCause() instanceof ZipException || e.getCause() instanceof EOFException) {
                throw badlyPacked(e.getCause());
            }
            throw new HttpMessageNotReadableException("not JSON", e, new ServletServerHttpRequest(http));
        } catch (ZstdIOException | ZipException | EOFException e) {
            throw badlyPacked(e);
        }
    }

    private static ProblemException badlyPacked(Throwable e) {
        return new ProblemException(ProblemType.MALFORMED_BODY,
                "expected a body that is compressed as its encoding says: " + e.getMessage());
    }

    private static InputStream decoded(HttpServletRequest http) throws IOException {
        String coding = http.getHeader(HttpHeaders.CONTENT_ENCODING);
        return switch (coding == null ? "identity" : coding.strip().toLowerCase(Locale.ROOT)) {
            case "identity" -> http.getInputStream();
            case "zstd" -> new ZstdInputStream(http.getInputStream());
            case "gzip" -> new GZIPInputStream(http.getInputStream());
            default -> throw new ProblemException(ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "expected a body that is not compressed, or by zstd or gzip, but its encoding is " + coding);
        };
    }
}
