package io.longwave.standalone.write;

import io.longwave.standalone.command.CommandException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends batches of lines and returns when the stream has them. A batch that the service is too busy for (429, 502, 503, 504) or that does not
 * reach it is sent again: writing a point twice is the same as writing it once.
 */
public final class WriteClient implements AutoCloseable {

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5))
            .build();
    private final JsonMapper json = JsonMapper.shared();
    private final URI base;
    private final URI endpoint;
    private final @Nullable String token;
    private final Duration patience;
    private boolean answeredOnce;

    /**
     * @param base address of ingest, without the path
     * @param token sent as {@code Authorization: Token}, null for none
     * @param patience how long one batch may be refused for lack of room, or not reach the service, before the client gives up
     */
    public WriteClient(URI base, String bucket, @Nullable String token, Duration patience) {
        this.base = base;
        String query = "org=longwave&bucket=" + URLEncoder.encode(bucket, StandardCharsets.UTF_8) + "&precision=ns";
        this.endpoint = URI.create(base.toString().replaceAll("/+$", "") + "/api/v2/write?" + query);
        this.token = token;
        this.patience = patience;
    }

    /**
     * Sends lines with times in nanoseconds and waits for the answer.
     *
     * @return what the service said about lines it did not take; null when it took all
     * @throws CommandException if the service is not there, refuses the whole request or stays too busy
     */
    public @Nullable String write(List<String> lines) throws InterruptedException {
        byte[] body = gzip(lines);
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = Duration.ofMillis(250);
        while (true) {
            String problem;
            Duration asked = null;
            try {
                HttpResponse<String> answer = http.send(request(body), HttpResponse.BodyHandlers.ofString());
                answeredOnce = true;
                switch (answer.statusCode()) {
                    case 200, 204 -> {
                        return null;
                    }
                    case 400, 422 -> {
                        return message(answer);
                    }
                    case 413 -> {
                        return inHalves(lines, answer);
                    }
                    case 429, 502, 503, 504 -> {
                        asked = retryAfter(answer);
                        problem = "answers " + answer.statusCode() + ": " + message(answer);
                    }
                    default -> throw new CommandException(endpoint + " answers " + answer.statusCode() + ": " + message(answer));
                }
            } catch (ConnectException e) {
                if (!answeredOnce && patience.compareTo(Duration.ofHours(1)) < 0) {
                    throw CommandException.nobodyAnswers(base, e);
                }
                problem = "cannot be reached";
            } catch (IOException e) {
                problem = "broke off: " + e;
            }
            if (System.nanoTime() > deadline) {
                throw new CommandException(base + " " + problem + "; gave up after " + patience.toSeconds() + " s.");
            }
            Thread.sleep(asked != null ? asked : pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest request(byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "text/plain; charset=utf-8")
                .header("Content-Encoding", "gzip");
        if (token != null) {
            request.header("Authorization", "Token " + token);
        }
        return request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
    }

    private @Nullable String inHalves(List<String> lines, HttpResponse<String> answer) throws InterruptedException {
        if (lines.size() == 1) {
            return message(answer);
        }
        int half = lines.size() / 2;
        String first = write(lines.subList(0, half));
        String second = write(lines.subList(half, lines.size()));
        return first == null ? second : second == null ? first : first + "; " + second;
    }

    private String message(HttpResponse<String> answer) {
        try {
            JsonNode message = json.readTree(answer.body()).path("message");
            return message.isString() ? message.stringValue() : answer.body();
        } catch (JacksonException e) {
            return answer.body();
        }
    }

    private static @Nullable Duration retryAfter(HttpResponse<?> answer) {
        String text = answer.headers().firstValue("Retry-After").orElse("");
        // The other form of this header, a date, is not one our services send.
        if (!text.matches("\\d{1,6}")) {
            return null;
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(text));
        return asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
    }

    private static byte[] gzip(List<String> lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 14);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes, 1 << 13)) {
            for (String line : lines) {
                gzip.write(line.getBytes(StandardCharsets.UTF_8));
                gzip.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return bytes.toByteArray();
    }
}
