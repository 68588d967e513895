package io.longwave.standalone.platform;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a platform is started with.
 *
 * @param dataDirectory holds everything that outlives the process; created when absent
 * @param port the page and the API; the five ports above it are taken as {@link PortBlock} says
 * @param host address that page, API and ingest listen on; database, broker and model service stay on loopback
 * @param externalKafka {@code host:port} of a broker that is already running, null to start one
 * @param externalPostgres JDBC or {@code postgresql://} URL of a database that is already running, null to start one
 * @param sample whether the generated signals are sent
 * @param keep how long points are kept before the newest of their series; zero for ever
 * @param webhooks told of anomalies
 * @param alertmanagers the same
 */
public record PlatformConfig(Path dataDirectory,
        int port,
        String host,
        @Nullable String externalKafka,
        @Nullable String externalPostgres,
        boolean sample,
        Duration keep,
        List<URI> webhooks,
        List<URI> alertmanagers) {

    /** Port of the page when none is asked for. */
    public static final int DEFAULT_PORT = 8080;

    /** Address everything listens on when none is asked for. */
    public static final String LOOPBACK = "127.0.0.1";

    /** @throws IllegalArgumentException if the port block does not fit below 65536 or the host is blank */
    public PlatformConfig {
        dataDirectory = dataDirectory.toAbsolutePath().normalize();
        webhooks = List.copyOf(webhooks);
        alertmanagers = List.copyOf(alertmanagers);
        if (port < 1 || port > 65_535 - PortBlock.LAST_OFFSET) {
            throw new IllegalArgumentException(
                    "port: expected 1 to " + (65_535 - PortBlock.LAST_OFFSET) + ", because six ports in a row are used, but was " + port);
        }
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: expected an address but was blank");
        }
        if (keep.isNegative()) {
            throw new IllegalArgumentException("keep: expected a time but was " + keep);
        }
        webhooks.forEach(url -> requireHttp("webhook", url));
        alertmanagers.forEach(url -> requireHttp("alertmanager", url));
    }

    /** Everything embedded, on loopback, without the generated signals: what a test embeds. */
    public static PlatformConfig embedded(Path dataDirectory, int port) {
        return new PlatformConfig(dataDirectory, port, LOOPBACK, null, null, false, Duration.ZERO, List.of(), List.of());
    }

    /** The same with the generated signals switched on or off. */
    public PlatformConfig withSample(boolean wanted) {
        return new PlatformConfig(dataDirectory, port, host, externalKafka, externalPostgres, wanted, keep, webhooks, alertmanagers);
    }

    private static void requireHttp(String name, URI url) {
        if (url.getHost() == null || !"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
            throw new IllegalArgumentException(name + ": expected a URL that begins with http:// or https:// and a host but was " + url);
        }
    }
}
