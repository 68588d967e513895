package io.longwave.api.timegpt;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import io.longwave.api.access.OfNoTenant;
import io.longwave.api.forecast.HistoryForecasts;
import io.longwave.api.forecast.HistoryScores;
import io.longwave.api.model.KnownModels;
import io.longwave.api.problem.ProblemException;
import io.longwave.api.problem.ProblemType;
import io.longwave.wire.HistoryForecastAnswer;
import io.longwave.wire.HistoryForecastRequest;
import io.longwave.wire.HistoryForecastRequest.History;
import io.longwave.wire.HistoryScoreAnswer;
import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The addresses that clients of TimeGPT ask. The key they send is a token of this service, where tokens are configured. */
@RestController
class TimeGptController {
    private static final int MAX_BODY = 64 << 20;
    private static final int MAX_HORIZON = 10_000;
    private static final int MAX_WINDOWS = 1000;
    /** Values that a client sends of a series when it only wants a forecast, or three times as many for intervals: six weeks of hours. */
    private static final int INPUT_SIZE = 1024;

    private final HistoryForecasts forecasts;
    private final HistoryScores scores;
    private final KnownModels models;
    private final JsonMapper json;

    TimeGptController(HistoryForecasts forecasts, HistoryScores scores, KnownModels models, JsonMapper json) {
        this.forecasts = forecasts;
        this.scores = scores;
        this.models = models;
        this.json = json;
    }

    record Detail<T>(T detail) {}

    record ModelParams(@JsonProperty("input_size") int inputSize, int horizon) {}

    @OfNoTenant
    @GetMapping("/validate_api_key")
    Detail<String> validate() {
        return new Detail<>("the key is valid"); // with another one nobody comes here
    }

    @OfNoTenant
    @GetMapping("/model_params")
    Detail<ModelParams> modelParams(@RequestParam String model, @RequestParam String freq) {
        Frequency.nanos(freq);
        String known = TimeGptRequest.named(model);
        if (known.equals(HistoryForecasts.ONLINE)) {
            return new Detail<>(new ModelParams(INPUT_SIZE, HistoryForecastRequest.USUAL_HORIZON));
        }
        JsonNode config = json.readTree(models.availableFor(known, HistoryForecasts.TASK).config());
        return new Detail<>(new ModelParams(Math.max(INPUT_SIZE, config.path("lag").asInt(0)),
                config.path("horizon").asInt(HistoryForecastRequest.USUAL_HORIZON)));
    }

    @OfNoTenant
    @PostMapping("/v2/forecast")
    TimeGptAnswer forecast(HttpServletRequest http) throws IOException {
        TimeGptRequest request = read(http);
        List<Window> windows = new ArrayList<>();
        for (History history : request.series()) {
            windows.add(new Window(windows.size(), history, TimeGptRequest.values(history).length));
        }
        TimeGptAnswer.Builder answer = new TimeGptAnswer.Builder(request.levels());
        forecast(request, request.whole("h", 1, MAX_HORIZON), windows, answer);
        return answer.build(windows.size());
    }

    /** Forecasts of windows within the series, or, of the whole history, what was expected of each value before it was seen. */
    @OfNoTenant
    @PostMapping("/v2/cross_validation")
    TimeGptAnswer crossValidation(HttpServletRequest http) throws IOException {
        TimeGptRequest request = read(http);
        return request.json().path("full_history").asBoolean(false) ? judged(request, false) : crossValidation(request);
    }

    private TimeGptAnswer crossValidation(TimeGptRequest request) {
        int horizon = request.whole("h", 1, MAX_HORIZON);
        int count = request.whole("n_windows", 1, MAX_WINDOWS, 1);
        int step = request.whole("step_size", 1, MAX_HORIZON, horizon);
        if ((long) count * request.series().size() > MAX_WINDOWS) {
            throw ProblemException.badParameter("n_windows", "at most " + MAX_WINDOWS + " windows of all series together",
                    (long) count * request.series().size());
        }
        TimeGptAnswer.Builder answer = new TimeGptAnswer.Builder(request.levels());
        List<Window> windows = new ArrayList<>();
        int offset = 0;
        for (int i = 0; i < request.series().size(); i++) {
            History history = request.series().get(i);
            int length = TimeGptRequest.values(history).length;
            int first = length - horizon - step * (count - 1);
            if (first < 1) {
                answer.problem(i, "expected more than " + (length - first) + " values, which " + count + " windows of " + horizon
                        + " steps take, but was " + length);
                answer.size(0);
            } else {
                for (int end = first; end <= length - horizon; end += step) {
                    windows.add(new Window(i, TimeGptRequest.until(history, end), end));
                    answer.at(offset + end, horizon);
                }
                answer.size(count * horizon);
            }
            offset += length;
        }
        if (!windows.isEmpty()) {
            forecast(request, horizon, windows, answer);
        }
        return answer.build(request.series().size());
    }

    /** What is to be forecast: the history of a series until before one of its values. */
    private record Window(int series, History history, int end) {}

    private void forecast(TimeGptRequest request, int horizon, List<Window> windows, TimeGptAnswer.Builder answer) {
        // A forecast goes on from the last known value, so that of a series whose last values are missing begins within them.
        int missing = windows.stream().mapToInt(window -> TimeGptRequest.missing(window.history)).max().orElse(0);
        List<HistoryForecastAnswer.Result> results = forecasts
                .of(request.model(), horizon + missing, request.intervals(), windows.stream().map(Window::history).toList()).results();
        for (int w = 0; w < windows.size(); w++) {
            HistoryForecastAnswer.Result result = results.get(w);
            Window window = windows.get(w);
            if (result.channels().isEmpty()) {
                answer.problem(window.series, String.valueOf(result.problem()));
                answer.addNothing(horizon);
            } else {
                answer.add(result.channels().getFirst(), window.end, horizon);
            }
        }
    }

    @OfNoTenant
    @PostMapping("/v2/anomaly_detection")
    TimeGptAnswer anomalies(HttpServletRequest http) throws IOException {
        return judged(read(http).withUsualLevel(), true);
    }

    /** Of each series the values from the first one on of which something was expected: clients take them for its last ones. */
    private TimeGptAnswer judged(TimeGptRequest request, boolean flagged) {
        TimeGptAnswer.Builder answer = new TimeGptAnswer.Builder(request.levels());
        List<HistoryScoreAnswer.Result> results = scores.of(request.model(), request.intervals(), request.series()).results();
        for (int i = 0; i < results.size(); i++) {
            HistoryScoreAnswer.Result result = results.get(i);
            int length = result.score().length;
            int first = 0;
            while (first < length && Double.isNaN(result.score()[first])) {
                first++;
            }
            if (first == length) {
                answer.problem(i, result.problem() == null ? "expected more values: none was judged of " + length : result.problem());
            }
            for (int l = first; l < length; l++) {
                answer.add(result, l);
                if (flagged) {
                    answer.judge(TimeGptRequest.values(request.series().get(i))[l], result.score()[l]);
                }
            }
            answer.size(length - first);
        }
        return answer.build(results.size());
    }

    /** The last values of each series, each judged by all before it, however many steps the request would have them forecast at once. */
    @OfNoTenant
    @PostMapping("/v2/online_anomaly_detection")
    TimeGptAnswer onlineAnomalies(HttpServletRequest http) throws IOException {
        TimeGptRequest request = read(http).withUsualLevel();
        String method = request.json().path("threshold_method").asString("univariate");
        if (!method.equals("univariate")) {
            throw ProblemException.badParameter("threshold_method", "univariate; series are judged jointly as a group (/api/v1/groups)",
                    method);
        }
        int size = request.whole("detection_size", 1, Integer.MAX_VALUE);
        TimeGptAnswer.Builder answer = new TimeGptAnswer.Builder(request.levels());
        List<HistoryScoreAnswer.Result> results = scores.of(request.model(), request.intervals(), request.series()).results();
        int offset = 0;
        for (int i = 0; i < results.size(); i++) {
            HistoryScoreAnswer.Result result = results.get(i);
            double[] values = TimeGptRequest.values(request.series().get(i));
            int length = result.score().length;
            if (length == 0) {
                answer.problem(i, String.valueOf(result.problem()));
            }
            int first = Math.max(0, length - size);
            for (int l = first; l < length; l++) {
                answer.add(result, l);
                answer.judge(values[l], result.score()[l]);
            }
            answer.at(offset + first, length - first);
            answer.size(length - first);
            offset += values.length;
        }
        return answer.build(results.size());
    }

    private TimeGptRequest read(HttpServletRequest http) throws IOException {
        try (InputStream in = decoded(http)) {
            byte[] body = in.readNBytes(MAX_BODY + 1);
            if (body.length > MAX_BODY) {
                throw new ProblemException(ProblemType.TOO_LARGE, "expected at most " + MAX_BODY + " bytes; send fewer series at a time");
            }
            return TimeGptRequest.read(json.readTree(body));
        } catch (JacksonException e) {
            throw new HttpMessageNotReadableException("not JSON", e, new ServletServerHttpRequest(http));
        } catch (ZstdIOException | ZipException | EOFException e) {
            throw new ProblemException(ProblemType.MALFORMED_BODY,
                    "expected a body that is compressed as its encoding says: " + e.getMessage());
        }
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
