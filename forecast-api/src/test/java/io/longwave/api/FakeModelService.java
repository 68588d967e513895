package io.longwave.api;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers internal calls with what the test says, and remembers what it was asked. */
final class FakeModelService implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    /** @param body text as it came where it is no JSON */
    record Call(String path, JsonNode body) {}

    record Answer(int status, Map<String, String> headers, String body) {}

    private final HttpServer server;
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private volatile Answer answer = new Answer(202, Map.of(), "");

    FakeModelService() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            Answer now = answer;
            String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
            byte[] asked = exchange.getRequestBody().readAllBytes();
            calls.add(new Call(exchange.getRequestURI().toString(),
                    type.startsWith("multipart/")
                            ? JSON.getNodeFactory().stringNode(new String(asked, StandardCharsets.ISO_8859_1))
                            : JSON.readTree(asked)));
            now.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
            byte[] body = now.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(now.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void answersWith(int status, String body) {
        answer = new Answer(status, Map.of("Content-Type", status == 200 ? "application/json" : "application/problem+json"), body);
    }

    void answersWith(int status, Map<String, String> headers, String body) {
        answer = new Answer(status, headers, body);
    }

    /** The only call since the last look. */
    Call onlyCall() {
        Call call = calls.poll();
        if (call == null || !calls.isEmpty()) {
            throw new AssertionError("expected exactly one call but saw " + call + " and " + calls);
        }
        return call;
    }

    /** The first call since the last look, of several. */
    Call nextCall() {
        Call call = calls.poll();
        if (call == null) {
            throw new AssertionError("expected a call but saw none");
        }
        return call;
    }

    /** Whether it was called by this path since the last look. */
    boolean wasAsked(String path) {
        return calls.stream().anyMatch(call -> call.path().equals(path));
    }

    void forget() {
        calls.clear();
    }

    int callCount() {
        return calls.size();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
