package io.longwave.standalone.platform;

import io.longwave.standalone.command.CommandException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;

/** One of the services in a Spring context of its own, with its own configuration file, port and shutdown. */
final class ServiceContext implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String name;
    private final String address;
    private final ConfigurableApplicationContext context;

    private ServiceContext(String name, String address, ConfigurableApplicationContext context) {
        this.name = name;
        this.address = address;
        this.context = context;
    }

    /**
     * Starts the service; returns when it answers on its port.
     *
     * @param configName name of its configuration file, also its name for people
     * @param address {@code host:port} under which this process reaches it
     * @param settings stronger than that file and than the environment
     * @throws CommandException if it does not start
     */
    static ServiceContext start(Class<?> application, String configName, String address, Map<String, String> settings) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--spring.config.name=" + configName);
        settings.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        // We close the contexts ourselves, in order; a hook of each would close them all at once.
        SpringApplication spring = new SpringApplicationBuilder(application).bannerMode(Banner.Mode.OFF)
                .registerShutdownHook(false)
                .logStartupInfo(false)
                .build();
        // Logging belongs to the process: with this listener the context that starts last would set it up for all.
        spring.setListeners(spring.getListeners().stream().filter(listener -> !(listener instanceof LoggingApplicationListener)).toList());
        try {
            return new ServiceContext(configName, address, spring.run(arguments.toArray(String[]::new)));
        } catch (RuntimeException e) {
            Throwable root = NestedExceptionUtils.getMostSpecificCause(e);
            @Nullable
            String message = root.getMessage();
            throw new CommandException(configName + " did not start: " + (message == null ? root.toString() : message.strip()), e);
        }
    }

    /**
     * Waits until the service says of itself that it is ready, as a load balancer would ask it.
     *
     * @throws CommandException if it does not within a minute
     */
    void awaitReady() {
        URI readiness = URI.create("http://" + address + "/actuator/health/readiness");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String last = "no answer";
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            while (System.nanoTime() < deadline) {
                try {
                    HttpResponse<String> answer = http.send(HttpRequest.newBuilder(readiness).timeout(Duration.ofSeconds(10)).build(),
                            HttpResponse.BodyHandlers.ofString());
                    if (answer.statusCode() == 200) {
                        return;
                    }
                    last = answer.body();
                } catch (IOException e) {
                    last = e.toString();
                }
                Thread.sleep(Duration.ofMillis(100));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("the start was interrupted.", e);
        }
        throw new CommandException(name + " started but was not ready after " + PATIENCE.toSeconds() + " s: " + last);
    }

    @Override
    public void close() {
        context.close();
    }
}
