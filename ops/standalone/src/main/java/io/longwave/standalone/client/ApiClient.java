package io.longwave.standalone.client;

import io.longwave.standalone.command.CommandException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks the forecast API. */
final class ApiClient implements AutoCloseable {
    private static final Duration LONGEST_ANSWER = Duration.ofMinutes(10);
    /** A model service looks into its store once in a while. */
    private static final Duration LONGEST_WAIT_FOR_A_MODEL = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI base;
    private final @Nullable String token;

    /**
     * @param base address of the API, without a path
     * @param token sent as {@code Authorization: Bearer}; null for none
     * @throws CommandException if that is no address of HTTP
     */
    ApiClient(URI base, @Nullable String token) {
        if (!"http".equals(base.getScheme()) && !"https".equals(base.getScheme())) {
            throw new CommandException("--url: expected http://HOST:PORT but was " + base);
        }
        this.base = base;
        this.token = token;
    }

    /**
     * A table of points, kept as a file.
     *
     * @param query of the address
     * @return the file, in the folder, called as the service calls it
     * @throws CommandException if the service is not there, refuses, or breaks off
     */
    Path table(String query, Path folder) {
        try {
            Files.createDirectories(folder);
            Path part = Files.createTempFile(folder, "table", ".part");
            try {
                HttpResponse<String> answer = send(request("/api/v1/table?" + query).GET(), info -> info.statusCode() == 200
                        ? BodySubscribers.mapping(BodySubscribers.ofFile(part), Path::toString)
                        : BodySubscribers.ofString(StandardCharsets.UTF_8));
                if (answer.statusCode() != 200) {
                    throw refused(answer.statusCode(), answer.body());
                }
                requireWhole(part, answer.headers().firstValueAsLong("Longwave-Rows").orElse(0));
                return Files.move(part, folder.resolve(fileName(answer)), StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new CommandException("the table of " + base + " cannot be kept in " + folder + ": " + e, e);
        }
    }

    private void requireWhole(Path file, long rows) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            long found = lines.count() - 1;
            if (found != rows) {
                throw new CommandException(
                        "expected " + rows + " rows from " + base + " but it broke off after " + found + "; its log says why.");
            }
        }
    }

    private static String fileName(HttpResponse<?> answer) {
        String name = answer.headers().firstValue("Content-Disposition").map(ContentDisposition::parse).map(ContentDisposition::getFilename)
                .orElse("table.csv");
        return name.replaceAll("[^\\p{L}\\p{N}._-]+", "-").replaceAll("^[.-]+", "");
    }

    /**
     * What the service has at an address.
     *
     * @return null if there is nothing
     * @throws CommandException if the service is not there or refuses
     */
    @Nullable
    JsonNode find(String path) {
        HttpResponse<String> answer = send(request(path).GET(), BodyHandlers.ofString());
        if (answer.statusCode() != 200 && answer.statusCode() != 404) {
            throw refused(answer.statusCode(), answer.body());
        }
        return answer.statusCode() == 404 ? null : JsonMapper.shared().readTree(answer.body());
    }

    /**
     * Waits until the platform knows a model that was registered just now.
     *
     * @throws CommandException if it does not come to know it
     */
    void awaitModel(String model) {
        long deadline = System.nanoTime() + LONGEST_WAIT_FOR_A_MODEL.toNanos();
        while (true) {
            if (find("/api/v1/models/" + model) != null) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new CommandException(base + " does not know " + model + " after " + LONGEST_WAIT_FOR_A_MODEL.toSeconds()
                        + " s: expected --data-dir to be the folder whose models it reads.");
            }
            pause();
        }
    }

    /** @throws CommandException if the service is not there or refuses */
    void post(String path, JsonNode body) {
        change(request(path).POST(BodyPublishers.ofString(body.toString())));
    }

    /** @throws CommandException if the service is not there or refuses */
    void put(String path, JsonNode body) {
        change(request(path).PUT(BodyPublishers.ofString(body.toString())));
    }

    private void change(HttpRequest.Builder request) {
        HttpResponse<String> answer = send(request.header("Content-Type", "application/json"), BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw refused(answer.statusCode(), answer.body());
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base.toString().replaceAll("/+$", "") + path))
                .timeout(LONGEST_ANSWER);
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            // The timeout of a request ends with the head of its answer.
            return http.sendAsync(request.build(), body).get(LONGEST_ANSWER.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new CommandException(base + " has not answered after " + LONGEST_ANSWER.toMinutes() + " min.", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ConnectException
                    ? CommandException.nobodyAnswers(base, e)
                    : new CommandException(base + " broke off: " + e.getCause(), e);
        } catch (InterruptedException e) {
            throw stopped(e);
        }
    }

    private void pause() {
        try {
            Thread.sleep(250);
        } catch (InterruptedException e) {
            throw stopped(e);
        }
    }

    private CommandException stopped(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new CommandException("stopped while " + base + " was asked.", e);
    }

    private CommandException refused(int status, String body) {
        String detail = body;
        try {
            detail = JsonMapper.shared().readTree(body).path("detail").asString(body);
        } catch (JacksonException e) {
            // not one of our answers: as it is
        }
        return new CommandException(base + " answers " + status + ": " + detail);
    }
}
