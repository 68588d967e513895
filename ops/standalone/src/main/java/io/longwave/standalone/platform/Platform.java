package io.longwave.standalone.platform;

import io.longwave.api.ApiApplication;
import io.longwave.ingest.IngestApplication;
import io.longwave.model.ModelApplication;
import io.longwave.standalone.command.CommandException;
import io.longwave.standalone.sample.SampleFeed;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole platform in this process: database, broker, ingest, model service, API with its page. Parts start as soon as what they need is
 * there and stop in the order of {@link Stage}. What {@link #close} stops is exactly what {@link #start} started, also when it failed half
 * way or still runs.
 */
public final class Platform implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Platform.class);

    /** Time a stage may take to stop before the next one is stopped anyway; all stages together stay below 10 s. */
    private static final Duration PATIENCE = Duration.ofMillis(2500);

    private final PlatformConfig config;
    private final PortBlock ports;
    private final Consumer<String> progress;
    private final Map<Stage, List<AutoCloseable>> parts = new EnumMap<>(Stage.class);
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean closing;
    private @Nullable Database database;
    private @Nullable String bootstrapServers;

    /** @param progress told one line for each part that becomes ready, from several threads */
    public Platform(PlatformConfig config, Consumer<String> progress) {
        this.config = config;
        this.ports = new PortBlock(config.port());
        this.progress = progress;
    }

    /**
     * Starts a platform and waits until all of it is ready.
     *
     * @throws CommandException if it cannot start; everything that had been started is stopped then
     */
    public static Platform start(PlatformConfig config) {
        Platform platform = new Platform(config, line -> LOG.info("{}", line));
        platform.start();
        return platform;
    }

    /**
     * Starts all parts and waits until all are ready.
     *
     * @throws CommandException if it cannot start; everything that had been started is stopped then
     */
    public void start() {
        try {
            startParts();
        } catch (CompletionException e) {
            close();
            throw e.getCause() instanceof CommandException sentence
                    ? sentence
                    : new CommandException("Longwave did not start: " + e.getCause(),
                            e.getCause());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Where the page and the API are. */
    public URI url() {
        return uri(reachable(config.host()), ports.page());
    }

    /** Where samples are written. */
    public URI ingestUrl() {
        return uri(reachable(config.host()), ports.ingest());
    }

    /** Where the model service answers internal calls. */
    public URI modelServiceUrl() {
        return uri(PlatformConfig.LOOPBACK, ports.modelService());
    }

    /** How to reach the database. */
    public Database database() {
        return started(database);
    }

    /** {@code host:port} of the broker. */
    public String bootstrapServers() {
        return started(bootstrapServers);
    }

    /** Waits until somebody closes the platform. */
    void awaitClosed() throws InterruptedException {
        closed.await();
    }

    /** Stops everything this platform started; a second call waits for the first. */
    @Override
    public void close() {
        boolean first;
        synchronized (parts) {
            first = !closing;
            closing = true;
        }
        try {
            if (first) {
                for (Stage stage : Stage.values()) {
                    stop(stage);
                }
                closed.countDown();
            } else {
                closed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void startParts() {
        DataDirectory directory = DataDirectory.open(config.dataDirectory());
        register(Stage.DIRECTORY, directory);
        PostgresServer postgres = new PostgresServer(directory, ports.database());
        if (config.externalPostgres() == null) {
            // Before the ports are looked at: a survivor sits on one of them.
            step(() -> {
                if (postgres.stopSurvivor()) {
                    progress.accept("Stopped the PostgreSQL that an earlier run left behind");
                }
                return null;
            });
        }
        ports.requireFree(config);

        // Threads of their own: a common pool has only as many as there are cores, and these mostly wait.
        Executor threads = task -> Thread.ofPlatform().daemon().name("start").start(task);
        CompletableFuture<Database> databaseReady = later(threads, () -> startDatabase(postgres));
        CompletableFuture<String> brokerReady = later(threads, () -> startBroker(directory));
        CompletableFuture<?> ingest = brokerReady.thenAcceptAsync(broker -> startIngest(directory, broker), threads);
        CompletableFuture<?> api = databaseReady.thenAcceptBothAsync(brokerReady, (db, broker) -> startApi(directory, db, broker), threads);
        CompletableFuture<?> model = databaseReady.thenAcceptBothAsync(brokerReady, (db, broker) -> startModel(directory, db, broker),
                threads);
        // The first failure ends the wait; what still starts is stopped as soon as it registers.
        List<CompletableFuture<?>> all = List.of(databaseReady, brokerReady, ingest, api, model);
        CompletableFuture<?> failure = new CompletableFuture<>();
        all.forEach(one -> one.exceptionally(e -> {
            failure.completeExceptionally(e);
            return null;
        }));
        CompletableFuture.anyOf(failure, CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))).join();
        if (config.sample()) {
            register(Stage.SENDERS, SampleFeed.start(ingestUrl(), directory.root(), Clock.systemUTC()));
            progress.accept("Generated signals are sent to bucket " + SampleFeed.BUCKET);
        }
    }

    private Database startDatabase(PostgresServer postgres) throws IOException, InterruptedException {
        Database found;
        if (config.externalPostgres() == null) {
            register(Stage.STORES, postgres);
            postgres.start();
            found = new Database(postgres.jdbcUrl(), PostgresServer.USER, postgres.password());
            progress.accept("PostgreSQL is ready on port " + ports.database());
        } else {
            found = Database.external(config.externalPostgres());
            found.requireReachable();
            progress.accept("PostgreSQL is ready at " + found.jdbcUrl());
        }
        database = found;
        return found;
    }

    private String startBroker(DataDirectory directory) throws Exception {
        String found;
        String external = config.externalKafka();
        if (external == null) {
            Broker broker = new Broker(directory.kafka(), ports);
            register(Stage.STORES, broker);
            broker.start();
            found = broker.bootstrapServers();
            progress.accept("Kafka is ready on port " + ports.broker());
        } else {
            ExternalBroker.requireReachable(external);
            found = external;
            progress.accept("Kafka is ready at " + external);
        }
        bootstrapServers = found;
        return found;
    }

    private void startIngest(DataDirectory directory, String broker) {
        Map<String, String> settings = settings(directory.root(), "ingest-service", config.host(), ports.ingest());
        settings.put("longwave.kafka.bootstrap-servers", broker);
        // It has no database, but here the driver of the others is on its class path.
        settings.put("spring.autoconfigure.exclude", "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
                + "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration");
        run(IngestApplication.class, IngestApplication.CONFIG_NAME, Stage.EDGE, ingestUrl(), settings);
        progress.accept("Ingest is ready on port " + ports.ingest());
    }

    private void startModel(DataDirectory directory, Database db, String broker) {
        Map<String, String> settings = settings(directory.root(), "model-service", PlatformConfig.LOOPBACK, ports.modelService());
        settings.put("longwave.kafka.bootstrap-servers", broker);
        // Where 'longwave train' keeps what it learned.
        settings.put("longwave.models.directory", directory.root().resolve("models").toString());
        settings.put("longwave.retention.points", config.keep().toString());
        settings.put("longwave.notifications.page", url().toString());
        tell(settings, "webhooks", config.webhooks());
        tell(settings, "alertmanagers", config.alertmanagers());
        db.describe(settings);
        run(ModelApplication.class, ModelApplication.CONFIG_NAME, Stage.MODEL, modelServiceUrl(), settings);
        progress.accept("Model service is ready on port " + ports.modelService());
    }

    /** Settings of who is told of anomalies. */
    static void tell(Map<String, String> settings, String kind, List<URI> urls) {
        for (URI url : urls) {
            // Named by itself, so that it has the same queue after a restart with others; in the path there may be a secret.
            String name = url.getHost().replaceAll("[^A-Za-z0-9]+", "-").toLowerCase(Locale.ROOT) + "-"
                    + Integer.toHexString(url.toString().hashCode());
            settings.put("longwave.notifications." + kind + "." + name + ".url", url.toString());
        }
    }

    private void startApi(DataDirectory directory, Database db, String broker) {
        Map<String, String> settings = settings(directory.root(), "forecast-api", config.host(), ports.page());
        settings.put("longwave.kafka.bootstrap-servers", broker);
        settings.put("longwave.model-service.url", modelServiceUrl().toString());
        // Only this service shows a page and describes itself.
        settings.remove("spring.web.resources.add-mappings");
        settings.remove("springdoc.api-docs.enabled");
        db.describe(settings);
        run(ApiApplication.class, ApiApplication.CONFIG_NAME, Stage.EDGE, url(), settings);
        progress.accept("API and page are ready on port " + ports.page());
    }

    private void run(Class<?> application, String name, Stage stage, URI url, Map<String, String> settings) {
        ServiceContext service = ServiceContext.start(application, name, url.getAuthority(), settings);
        register(stage, service);
        service.awaitReady();
    }

    /**
     * What every service in this process is told.
     *
     * @param root of the data directory
     * @param name of the service's own folder there
     */
    static Map<String, String> settings(Path root, String name, String host, int port) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("server.address", host);
        settings.put("server.port", Integer.toString(port));
        // Not under /tmp, where a killed process would leave it.
        settings.put("server.tomcat.basedir", root.resolve("tomcat").resolve(name).toString());
        settings.put("spring.lifecycle.timeout-per-shutdown-phase", "1s");
        settings.put("management.metrics.use-global-registry", "false");
        settings.put("spring.web.resources.add-mappings", "false");
        settings.put("springdoc.api-docs.enabled", "false");
        return settings;
    }

    private void register(Stage stage, AutoCloseable part) {
        synchronized (parts) {
            if (!closing) {
                parts.computeIfAbsent(stage, s -> new ArrayList<>()).add(part);
                return;
            }
        }
        close(part);
        throw new CommandException("Longwave was stopped while it started.");
    }

    private void stop(Stage stage) throws InterruptedException {
        List<AutoCloseable> stopping;
        synchronized (parts) {
            stopping = parts.getOrDefault(stage, List.of());
        }
        List<Thread> threads = stopping.stream().map(part -> Thread.ofPlatform().daemon().name("stop").start(() -> close(part))).toList();
        // Stores are worth waiting for: a store cut off recovers at the next start, which takes longer than waiting now.
        long deadline = System.nanoTime() + (stage == Stage.STORES ? PATIENCE.multipliedBy(4) : PATIENCE).toNanos();
        for (Thread thread : threads) {
            long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
            if (!thread.join(Duration.ofMillis(left))) {
                LOG.warn("{} did not stop in time; going on without it", stage);
            }
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("a part did not stop cleanly", e);
        }
    }

    private static <T> CompletableFuture<T> later(Executor threads, Callable<T> task) {
        return CompletableFuture.supplyAsync(() -> step(task), threads);
    }

    /** Runs one step of the start; whatever stops it becomes a sentence. */
    private static <T> T step(Callable<T> task) {
        try {
            return task.call();
        } catch (CommandException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("the start was interrupted.", e);
        } catch (Exception e) {
            throw new CommandException("Longwave did not start: " + e, e);
        }
    }

    private static <T> T started(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the platform has not started");
        }
        return value;
    }

    /** A wildcard address is no destination. */
    private static String reachable(String host) {
        return host.equals("0.0.0.0") || host.equals("::") ? PlatformConfig.LOOPBACK : host;
    }

    private static URI uri(String host, int port) {
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
    }

    /** Folder of this platform's data. */
    public Path dataDirectory() {
        return config.dataDirectory();
    }
}
