package io.longwave.standalone.platform;

import io.longwave.backend.Backends;
import io.longwave.standalone.command.CommandException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.boot.convert.DurationStyle;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code longwave up}: runs the platform until it is stopped. */
@Command(name = "up", description = {"Starts PostgreSQL, Kafka and the services in one process and sends generated signals, until Ctrl-C.",
        "",
        "Exit codes: 130 after Ctrl-C, 143 after SIGTERM, 1 when it cannot start, 2 for wrong usage."}, mixinStandardHelpOptions = true, sortOptions = false)
public final class UpCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--data-dir", paramLabel = "DIR", defaultValue = ".longwave", description = "Keeps all data and logs (default: ${DEFAULT-VALUE} in the current folder).")
    private Path dataDirectory = Path.of(".longwave");

    @Option(names = "--port", paramLabel = "P", defaultValue = "8080", description = "Page and API on P, ingest P+1, model service P+2, PostgreSQL P+3, Kafka P+4, its controller P+5 (default: ${DEFAULT-VALUE}).")
    private int port = PlatformConfig.DEFAULT_PORT;

    @Option(names = "--host", paramLabel = "ADDRESS", defaultValue = PlatformConfig.LOOPBACK, description = "Address of page, API and ingest, 0.0.0.0 for all; the rest stays on loopback (default: ${DEFAULT-VALUE}).")
    private String host = PlatformConfig.LOOPBACK;

    @Option(names = "--external-kafka", paramLabel = "HOST:PORT", description = "Uses this broker instead of starting one.")
    private @Nullable String externalKafka;

    @Option(names = "--external-postgres", paramLabel = "URL", description = "Uses this database instead of starting one: jdbc:postgresql://HOST:PORT/DATABASE?user=U&password=P"
            + " or postgresql://U:P@HOST:PORT/DATABASE.")
    private @Nullable String externalPostgres;

    @Option(names = "--keep", paramLabel = "TIME", converter = KeepTime.class, defaultValue = "0s", description = "Deletes points that lie longer than this before the newest of their series, such as 90d or 12h (default: all are kept).")
    private Duration keep = Duration.ZERO;

    @Option(names = "--webhook", paramLabel = "URL", description = "Posts anomalies there as JSON when they begin and end; may be given several times.")
    private List<URI> webhooks = List.of();

    @Option(names = "--alertmanager", paramLabel = "URL", description = "Fires alerts there while anomalies last (Prometheus' Alertmanager, http://HOST:9093); may be given several times.")
    private List<URI> alertmanagers = List.of();

    @Option(names = "--no-replay", description = "Does not send the generated signals.")
    private boolean noReplay;

    /** Times as the settings of the services are written. */
    static final class KeepTime implements ITypeConverter<Duration> {
        /** What is shorter was meant to have another unit: a number alone is milliseconds. */
        private static final Duration SHORTEST = Duration.ofMinutes(1);
        private static final Duration LONGEST = Duration.ofDays(36_500);

        @Override
        public Duration convert(String text) {
            try {
                Duration time = DurationStyle.detectAndParse(text);
                if (time.isZero() || time.compareTo(SHORTEST) >= 0 && time.compareTo(LONGEST) <= 0) {
                    return time;
                }
            } catch (IllegalArgumentException e) {
                // said below
            }
            throw new TypeConversionException("expected 0s or a time from 1m to 36500d, such as 90d or 12h, but was '" + text + "'");
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("run through the command line");
        }
        PrintWriter out = spec.commandLine().getOut();
        PlatformConfig config;
        try {
            config = new PlatformConfig(dataDirectory, port, host, externalKafka, externalPostgres, !noReplay, keep, webhooks,
                    alertmanagers);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "Invalid value: " + e.getMessage(), e);
        }
        if (Runtime.version().feature() != 25) {
            throw new CommandException("Longwave needs JDK 25, this is " + Runtime.version() + ": start it by the longwave script.");
        }
        String backend = System.getProperty(Backends.PREFERENCE);
        if (backend != null) {
            // A card asked for by name is missed now, not when the first model would run on it.
            say(out, Backends.choose(backend).explanation());
        }
        ProcessLog.writeTo(config.dataDirectory());
        long begin = System.nanoTime();
        Platform platform = new Platform(config, line -> say(out, line));
        Thread stopping = Thread.ofPlatform().name("stop-platform").unstarted(() -> {
            say(out, "Stopping ...");
            platform.close();
            say(out, "Stopped.");
        });
        Runtime.getRuntime().addShutdownHook(stopping);
        try {
            platform.start();
        } catch (CommandException e) {
            LoggerFactory.getLogger(UpCommand.class).error("did not start", e);
            forget(stopping);
            throw e;
        }
        say(out, "Ready after %.1f s: %s  (write to %s, logs in %s)".formatted((System.nanoTime() - begin) / 1e9, platform.url(), platform
                .ingestUrl(), config.dataDirectory().resolve("logs")));
        platform.awaitClosed();
        return 0;
    }

    /** The platform has stopped what it had started; a hook would only say so again. */
    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs already: the start failed because somebody stopped it.
        }
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
