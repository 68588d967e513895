package io.longwave.model.notification;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Takes what is posted to it. */
public final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Function<JsonNode, Integer> answer = body -> 204;
    private volatile boolean stalling;

    /** One that was answered. */
    public record Request(JsonNode body, String authorization, int answered) {}

    public Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            JsonNode body = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
            int status = answer.apply(body);
            requests.add(new Request(body, String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")), status));
            byte[] said = "{\"said\":\"so\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, status == 204 ? -1 : said.length);
            if (status != 204) {
                exchange.getResponseBody().write(said, 0, stalling ? 2 : said.length);
                exchange.getResponseBody().flush();
            }
            if (stalling) {
                awaitClosed();
            }
            exchange.close();
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    public URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/hook");
    }

    void answers(Function<JsonNode, Integer> next) {
        answer = next;
    }

    /** Whether an answer is begun and not ended. */
    void stalls(boolean next) {
        stalling = next;
    }

    private void awaitClosed() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Anomalies of requests that were answered well. */
    public List<JsonNode> told() {
        return requests.stream().filter(request -> request.answered < 300).flatMap(request -> request.body.get("anomalies").valueStream())
                .toList();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
