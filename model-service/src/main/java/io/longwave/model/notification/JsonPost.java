package io.longwave.model.notification;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.longwave.model.notification.Destination.RefusedException;
import java.io.IOException;
import java.io.InputStream;
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

    /** @throws IllegalArgumentException if a header cannot be one */
    JsonPost(HttpClient client, URI url, Map<String, String> headers, Duration timeout) {
        this.client = client;
        this.request = HttpRequest.newBuilder(url).timeout(timeout).header("Content-Type", "application/json");
        if (url.getUserInfo() != null) { // which the client does not look at
            request.setHeader("Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(url.getUserInfo().getBytes(StandardCharsets.UTF_8)));
        }
        headers.forEach(request::setHeader);
    }

    void send(Object body) throws RefusedException, IOException, InterruptedException {
        HttpResponse<InputStream> answer = client.send(
                request.copy().POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))).build(), BodyHandlers.ofInputStream());
        String said;
        try (InputStream text = answer.body()) {
            said = new String(text.readNBytes(SHOWN_BYTES), StandardCharsets.UTF_8).strip();
        }
        int status = answer.statusCode();
        if (REFUSALS.contains(status)) {
            throw new RefusedException("answered " + status + ": " + said);
        }
        if (status / 100 != 2) {
            throw new IOException("answered " + status + (said.isEmpty() ? "" : ": " + said));
        }
    }
}
