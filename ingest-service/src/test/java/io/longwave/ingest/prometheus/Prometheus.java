package io.longwave.ingest.prometheus;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/** Debian's Prometheus, scraping a target of this test every second. Where it is not installed the test is skipped, on the CI machine it fails. */
final class Prometheus implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/prometheus");
    private static final int WAIT_SECONDS = 60;

    private final HttpServer target;
    private final AtomicInteger scrapes;
    private final Process process;
    private final Path log;

    private Prometheus(HttpServer target, AtomicInteger scrapes, Process process, Path log) {
        this.target = target;
        this.scrapes = scrapes;
        this.process = process;
        this.log = log;
    }

    static Prometheus start(Path directory, String url) throws IOException {
        if (!"true".equals(System.getenv("CI"))) {
            Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "missing: " + PROGRAM);
        }
        AtomicInteger scrapes = new AtomicInteger();
        HttpServer target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        target.createContext("/metrics", exchange -> {
            byte[] page = ("# TYPE scrapes_total counter\nscrapes_total{kind=\"test\"} " + scrapes.incrementAndGet()
                    + "\n# TYPE wait summary\nwait_sum 0.5\nwait_count 2\nwait{quantile=\"0.5\"} 0.25\n")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        target.start();
        Path config = Files.writeString(directory.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s}
                scrape_configs: [{job_name: test, static_configs: [{targets: ['%s']}]}]
                remote_write: [{url: '%s', queue_config: {batch_send_deadline: 500ms}, metadata_config: {send_interval: 1s}}]
                """.formatted(address(target), url));
        Path log = directory.resolve("prometheus.log");
        Process process = new ProcessBuilder(PROGRAM.toString(), "--config.file=" + config, "--web.listen-address=127.0.0.1:0",
                "--storage.tsdb.path=" + directory.resolve("data")).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        return new Prometheus(target, scrapes, process, log);
    }

    /** As it is written to the samples topic, without tenant and bucket. */
    String series() {
        return "scrapes_total,instance=" + target() + ",job=test,kind=test#value";
    }

    String target() {
        return address(target);
    }

    private static String address(HttpServer server) {
        return "localhost:" + server.getAddress().getPort();
    }

    int scrapes() {
        return scrapes.get();
    }

    void stopTarget() {
        target.stop(0);
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    void await(String what, Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < WAIT_SECONDS * 4; i++) {
            if (condition.call()) {
                return;
            }
            if (!process.isAlive()) {
                throw new AssertionError("prometheus has ended: " + log());
            }
            Thread.sleep(250);
        }
        throw new AssertionError("no " + what + " within " + WAIT_SECONDS + " s: " + log());
    }

    @Override
    public void close() throws InterruptedException {
        target.stop(0);
        process.destroy();
        process.waitFor();
    }
}
