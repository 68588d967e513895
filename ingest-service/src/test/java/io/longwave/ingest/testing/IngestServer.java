package io.longwave.ingest.testing;

import io.longwave.ingest.IngestApplication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The real service on a free port, with its own configuration file, and a plain HTTP client. */
public final class IngestServer implements AutoCloseable {
    private final ConfigurableApplicationContext context;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String url;

    public IngestServer(String kafka, String... settings) {
        List<String> arguments = new ArrayList<>(List.of("--spring.config.name=" + IngestApplication.CONFIG_NAME, "--server.port=0",
                "--longwave.kafka.bootstrap-servers=" + kafka, "--spring.main.banner-mode=off"));
        Arrays.stream(settings).map(setting -> "--" + setting).forEach(arguments::add);
        context = new SpringApplicationBuilder(IngestApplication.class).run(arguments.toArray(String[]::new));
        url = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
    }

    public String url() {
        return url;
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public HttpResponse<String> post(String path, String body, String... headers) throws IOException, InterruptedException {
        return send(request(path, headers).POST(BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> post(String path, byte[] body, String... headers) throws IOException, InterruptedException {
        return send(request(path, headers).POST(BodyPublishers.ofByteArray(body)));
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    public HttpResponse<String> head(String path) throws IOException, InterruptedException {
        return send(request(path).HEAD());
    }

    /** Value of one line of the Prometheus page. */
    public double metric(String line) throws IOException, InterruptedException {
        return get("/actuator/prometheus").body().lines().filter(text -> text.startsWith(line + " ")).findFirst()
                .map(text -> Double.parseDouble(text.substring(line.length() + 1)))
                .orElseThrow(() -> new AssertionError("no metric " + line));
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        context.close();
        client.close();
    }
}
