package io.longwave.model.notification;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Debian's Alertmanager, which tells a webhook. Where it is not installed the test is skipped, on the CI machine it fails. */
final class AlertmanagerProgram implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/prometheus-alertmanager");
    private static final Pattern LISTENING = Pattern.compile("address=127\\.0\\.0\\.1:(\\d+)");
    private static final int WAIT_SECONDS = 60;

    private final Process process;
    private final URI url;

    private AlertmanagerProgram(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    static AlertmanagerProgram start(Path directory, URI receiver) throws IOException, InterruptedException {
        if (!"true".equals(System.getenv("CI"))) {
            Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "missing: " + PROGRAM);
        }
        Path config = Files.writeString(directory.resolve("alertmanager.yml"), """
                route: {receiver: test, group_by: ['...'], group_wait: 100ms, group_interval: 200ms}
                receivers: [{name: test, webhook_configs: [{url: '%s', send_resolved: true}]}]
                """.formatted(receiver));
        Path log = directory.resolve("alertmanager.log");
        Process process = new ProcessBuilder(PROGRAM.toString(), "--config.file=" + config, "--web.listen-address=127.0.0.1:0",
                "--cluster.listen-address=", "--storage.path=" + directory.resolve("data")).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
        for (int i = 0; i < WAIT_SECONDS * 10; i++) {
            Matcher listening = LISTENING.matcher(Files.readString(log));
            if (listening.find()) {
                return new AlertmanagerProgram(process, URI.create("http://localhost:" + listening.group(1)));
            }
            if (!process.isAlive()) {
                break;
            }
            Thread.sleep(100);
        }
        process.destroyForcibly();
        throw new AssertionError("alertmanager does not listen: " + Files.readString(log));
    }

    URI url() {
        return url;
    }

    /** Alerts as its API shows them. */
    JsonNode alerts() throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return JsonMapper.shared().readTree(http.send(HttpRequest.newBuilder(url.resolve("/api/v2/alerts")).build(),
                    BodyHandlers.ofString()).body());
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
