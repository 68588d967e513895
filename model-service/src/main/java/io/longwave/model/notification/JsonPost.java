package io.longwave.model.notification;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.longwave.model.notification.Destination.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.json.JsonMapper;

/** Posts JSON to one URL. */
final class JsonPost {
    /** Answers that speak of the body. Any other, as of a wrong path or password, may be another one once somebody has mended that. */
    private static final Set<Integer> REFUSALS = Set.of(400, 413, 422);
    private static final int SHOWN_BYTES = 300;
    /** Without members that are null. */
    static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL)).build();

    private final HttpClient client;
    private final HttpRequest.Builder request;
    private final Duration timeout;

    /** @throws IllegalArgumentException if a header cannot be one */
    JsonPost(HttpClient client, URI url, Map<String, String> headers, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
        this.request = HttpRequest.newBuilder(url).header("Content-Type", "application/json");
        if (url.getUserInfo() != null) { // which the client does not look at
            request.setHeader("Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(url.getUserInfo().getBytes(StandardCharsets.UTF_8)));
        }
        headers.forEach(this::set);
    }

    private void set(String name, String value) {
        try {
            request.setHeader(name, value);
        } catch (IllegalArgumentException e) { // whose message has the value, which may be a secret
            throw new IllegalArgumentException("longwave.notifications: header " + name + " or its value cannot be one of HTTP");
        }
    }

    void send(Object body) throws RefusedException, IOException, InterruptedException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        CompletableFuture<HttpResponse<Void>> sent = client.sendAsync(
                request.copy().POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))).build(),
                BodyHandlers.ofByteArrayConsumer(
                        part -> part.ifPresent(bytes -> said.write(bytes, 0, Math.min(bytes.length, SHOWN_BYTES - said.size())))));
        int status;
        try {
            // Until the whole answer is there: a timeout of the request would end with its head.
            status = sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode();
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw new IOException("no whole answer within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            sent.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        }
        String text = said.toString(StandardCharsets.UTF_8).strip();
        if (REFUSALS.contains(status)) {
            throw new RefusedException("answered " + status + ": " + text);
        }
        if (status / 100 != 2) {
            throw new IOException("answered " + status + (text.isEmpty() ? "" : ": " + text));
        }
    }
}
