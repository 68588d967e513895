package io.longwave.api.modelservice;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.problem.ProblemType;
import io.longwave.series.Forecast;
import io.longwave.wire.ClassificationAnswer;
import io.longwave.wire.ClassificationJobRequest;
import io.longwave.wire.ClassificationRequest;
import io.longwave.wire.ForecastRequest;
import io.longwave.wire.ForgetRequest;
import io.longwave.wire.GroupForecastRequest;
import io.longwave.wire.GroupRequest;
import io.longwave.wire.HistoryForecastAnswer;
import io.longwave.wire.HistoryForecastRequest;
import io.longwave.wire.HistoryScoreAnswer;
import io.longwave.wire.HistoryScoreRequest;
import io.longwave.wire.KindRequest;
import io.longwave.wire.PromotionRequest;
import io.longwave.wire.SequenceRequest;
import io.longwave.wire.WatchRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The internal calls. What the model service refuses is passed on in our own words; what it cannot do now becomes 503 with
 * {@code Retry-After}, so that a client may simply ask again.
 */
@Component
@EnableConfigurationProperties(ModelServiceSettings.class)
public final class ModelService {
    private static final Logger LOG = LoggerFactory.getLogger(ModelService.class);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final RestClient http;
    private final RestClient working;
    private final JsonMapper json;

    ModelService(ModelServiceSettings settings, JsonMapper json) {
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(settings.connectTimeout()).build();
        this.http = http(client, settings.url(), settings.readTimeout());
        this.working = http(client, settings.url(), settings.workTimeout());
        // A newer model service may say more than is known here; what a client says must be known, which is why the mapper of requests refuses.
        this.json = json.rebuild().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    }

    private static RestClient http(HttpClient client, URI url, Duration readTimeout) {
        JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(client);
        factory.setReadTimeout(readTimeout);
        return RestClient.builder().baseUrl(url.toString()).requestFactory(factory).build();
    }

    /**
     * A forecast from the live state of the series.
     *
     * @throws ProblemException if the series is warming up or its owner cannot answer now
     */
    public Forecast forecast(ForecastRequest request) {
        try {
            return forecast(http.post().uri(ForecastRequest.PATH), request);
        } catch (OwnedElsewhere first) {
            try {
                return forecast(http.post().uri(first.owner), request);
            } catch (OwnedElsewhere again) {
                throw new ProblemException(ProblemType.MODEL_SERVICE_AWAY, "the series is on its way to another owner").retryAfter(RETRY);
            }
        }
    }

    private Forecast forecast(RestClient.RequestBodySpec asked, ForecastRequest request) {
        return answered(post(asked, request, Forecast.class, ProblemType.UNKNOWN_SERIES));
    }

    /** The instance that was asked says which one owns the series. */
    private static final class OwnedElsewhere extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final URI owner;

        OwnedElsewhere(URI owner) {
            super(owner.toString(), null, false, false);
            this.owner = owner;
        }
    }

    /** Serves series with a model from some offset on. */
    public void promote(PromotionRequest request) {
        post(PromotionRequest.PATH, request, Void.class, ProblemType.UNKNOWN_MODEL);
    }

    /** Forgets a series from some offset on. */
    public void forget(ForgetRequest request) {
        post(ForgetRequest.PATH, request, Void.class, ProblemType.UNKNOWN_SERIES);
    }

    /** Takes a series for a gauge or a counter from some offset on. */
    public void choose(KindRequest request) {
        post(KindRequest.PATH, request, Void.class, ProblemType.UNKNOWN_SERIES);
    }

    /** Starts or stops storing forecasts of a series. */
    public void watch(WatchRequest request) {
        post(WatchRequest.PATH, request, Void.class, ProblemType.UNKNOWN_SERIES);
    }

    /** What a stored classifier says of recordings. */
    public ClassificationAnswer classify(ClassificationRequest request) {
        return answered(
                post(working.post().uri(ClassificationRequest.PATH), request, ClassificationAnswer.class, ProblemType.UNKNOWN_MODEL));
    }

    /** What follows histories that nobody streams. */
    public HistoryForecastAnswer forecast(HistoryForecastRequest request) {
        return answered(
                post(working.post().uri(HistoryForecastRequest.PATH), request, HistoryForecastAnswer.class, ProblemType.UNKNOWN_MODEL));
    }

    /** How usual the values of histories are that nobody streams. */
    public HistoryScoreAnswer score(HistoryScoreRequest request) {
        return answered(post(working.post().uri(HistoryScoreRequest.PATH), request, HistoryScoreAnswer.class, ProblemType.UNKNOWN_MODEL));
    }

    /** Goes on with a sequence. */
    public SequenceRequest.Answer goOn(SequenceRequest request) {
        return answered(post(working.post().uri(SequenceRequest.PATH), request, SequenceRequest.Answer.class, ProblemType.UNKNOWN_MODEL));
    }

    /** Has series judged jointly. */
    public void group(GroupRequest request) {
        post(working.post().uri(GroupRequest.PATH), request, Void.class, ProblemType.UNKNOWN_SERIES);
    }

    /** Has a group judged no more and forgets its rows. @param id and not its name, which another group may have by then */
    public void removeGroup(long id) {
        exchange(http.delete().uri(GroupRequest.PATH + "/{id}", id), Void.class, ProblemType.UNKNOWN_GROUP);
    }

    /** What follows the last judged row of a group. */
    public GroupForecastRequest.Answer forecast(GroupForecastRequest request) {
        return answered(
                post(working.post().uri(GroupForecastRequest.PATH), request, GroupForecastRequest.Answer.class, ProblemType.UNKNOWN_GROUP));
    }

    /**
     * Hands files over as a job.
     *
     * @param tenant whose it is; null where it is nobody's
     */
    public ClassificationJobRequest.Accepted startClassification(@Nullable String tenant, String model, List<Resource> files) {
        MultiValueMap<String, Object> parts = new LinkedMultiValueMap<>();
        files.forEach(file -> parts.add(ClassificationJobRequest.PART, file));
        return answered(exchange(
                working.post().uri(uri -> {
                    uri.path(ClassificationJobRequest.PATH).queryParam("model", "{model}");
                    return tenant == null ? uri.build(model) : uri.queryParam("tenant", "{tenant}").build(model, tenant);
                })
                        .contentType(MediaType.MULTIPART_FORM_DATA).body(parts),
                ClassificationJobRequest.Accepted.class, ProblemType.UNKNOWN_MODEL));
    }

    /** Stops and forgets a job. */
    public void forgetClassification(UUID job) {
        exchange(working.delete().uri(ClassificationJobRequest.PATH + "/{job}", job), Void.class, ProblemType.UNKNOWN_CLASSIFICATION);
    }

    private <T> @Nullable T post(String path, Object body, Class<T> type, ProblemType missing) {
        return post(http.post().uri(path), body, type, missing);
    }

    private <T> @Nullable T post(RestClient.RequestBodySpec asked, Object body, Class<T> type, ProblemType missing) {
        return exchange(asked.contentType(MediaType.APPLICATION_JSON).body(json.writeValueAsBytes(body)), type, missing);
    }

    private static <T> T answered(@Nullable T answer) {
        if (answer == null) {
            throw failed("an empty answer");
        }
        return answer;
    }

    private <T> @Nullable T exchange(RestClient.RequestHeadersSpec<?> asked, Class<T> type, ProblemType missing) {
        try {
            return asked.accept(MediaType.APPLICATION_JSON, MediaType.APPLICATION_PROBLEM_JSON)
                    .exchange((request, response) -> read(response, type, missing));
        } catch (RestClientException e) {
            // Refused, unreachable, or no answer in time: all of these pass, or a person is already repairing them.
            LOG.warn("model service: {}", e.getMessage());
            throw new ProblemException(ProblemType.MODEL_SERVICE_AWAY, "the model service does not answer").retryAfter(RETRY);
        }
    }

    private <T> @Nullable T read(ClientHttpResponse response, Class<T> type, ProblemType missing) throws IOException {
        HttpStatusCode status = response.getStatusCode();
        byte[] body = response.getBody().readAllBytes();
        if (status.is2xxSuccessful()) {
            try {
                return type == Void.class ? null : json.readValue(body, type);
            } catch (JacksonException e) {
                LOG.warn("model service: {}", e.getMessage());
                throw failed("an answer that is no " + type.getSimpleName());
            }
        }
        URI owner = response.getHeaders().getLocation();
        if (status.value() == 307 && owner != null && owner.isAbsolute() && ForecastRequest.PATH.equals(owner.getPath())) {
            throw new OwnedElsewhere(owner);
        }
        String said = detail(body);
        switch (status.value()) {
            case 400, 422 -> throw new ProblemException(ProblemType.BAD_PARAMETER, said.isEmpty() ? "the model service refused it" : said);
            case 404 -> throw new ProblemException(missing,
                    said.isEmpty() ? "the model service does not know it" : said);
            case 409 -> throw new ProblemException(ProblemType.WARMING_UP,
                    said.isEmpty() ? "the model needs more points of this series before it can forecast" : said);
            case 429, 503 -> throw new ProblemException(ProblemType.MODEL_SERVICE_AWAY,
                    said.isEmpty() ? "the owner of this series is away" : said).retryAfter(retryAfter(response.getHeaders()));
            default -> {
                LOG.warn("model service: status {}: {}", status.value(), new String(body, StandardCharsets.UTF_8));
                throw failed("status " + status.value());
            }
        }
    }

    private String detail(byte[] body) {
        try {
            JsonNode problem = json.readTree(body);
            return problem.path("detail").asString("");
        } catch (JacksonException e) {
            return "";
        }
    }

    private static Duration retryAfter(HttpHeaders headers) {
        String seconds = headers.getFirst(HttpHeaders.RETRY_AFTER);
        return seconds != null && seconds.matches("\\d{1,5}") ? Duration.ofSeconds(Long.parseLong(seconds)) : RETRY;
    }

    private static ProblemException failed(String found) {
        return new ProblemException(ProblemType.MODEL_SERVICE_FAILED, "model service: expected an answer but got " + found);
    }
}
