package io.longwave.model.notification;

import io.longwave.series.SeriesKey;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of notifications.
 *
 * @param kafka whether all anomalies are published on {@link io.longwave.wire.Topics#ANOMALIES}
 * @param page where people find the page, for links; none without it
 * @param maxAge webhooks and Alertmanagers are not told of anomalies whose series has no point younger than this, or that ended longer ago: what is written of last year wakes nobody
 * @param look how often the queues are looked at
 * @param timeout of a request
 * @param webhooks by name
 * @param alertmanagers by name; of several that share their alerts, each
 */
@ConfigurationProperties(prefix = "longwave.notifications", ignoreUnknownFields = false)
record NotificationProperties(@DefaultValue("true") boolean kafka, @Nullable URI page, @DefaultValue("1h") Duration maxAge,
        @DefaultValue("1s") Duration look, @DefaultValue("10s") Duration timeout, @DefaultValue Map<String, Webhook> webhooks,
        @DefaultValue Map<String, Alertmanager> alertmanagers) {
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(30);

    NotificationProperties {
        webhooks = Map.copyOf(webhooks);
        alertmanagers = Map.copyOf(alertmanagers);
        require(maxAge.isPositive(), "max-age", "more than 0", maxAge);
        require(look.toMillis() >= 1, "look", "at least 1ms", look);
        require(timeout.isPositive() && timeout.compareTo(LONGEST_TIMEOUT) <= 0, "timeout", "more than 0 and at most 30s", timeout);
        if (page != null) {
            requireHttp("page", page);
        }
        webhooks.forEach((name, webhook) -> requireHttp("webhooks." + name + ".url", webhook.url));
        alertmanagers.forEach((name, alertmanager) -> requireHttp("alertmanagers." + name + ".url", alertmanager.url));
    }

    /**
     * A receiver of {@code {"text":…,"anomalies":[…]}}, told when an anomaly begins and when it ends.
     *
     * @param url that is posted to
     * @param headers of each request, as {@code Authorization}
     * @param only which anomalies
     */
    record Webhook(@Nullable URI url, @DefaultValue Map<String, String> headers, @DefaultValue Selection only) {
        Webhook {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * Prometheus' Alertmanager, told again and again while an anomaly lasts.
     *
     * @param url below which its API is, as {@code http://localhost:9093}
     * @param headers of each request
     * @param only which anomalies
     * @param labels of each alert, in place of those of its series where they are called alike
     * @param keepFiring how long an alert goes on after its anomaly has ended: one that is over before Alertmanager has gathered its group would be told to nobody
     */
    record Alertmanager(@Nullable URI url, @DefaultValue Map<String, String> headers, @DefaultValue Selection only,
            @DefaultValue Map<String, String> labels, @DefaultValue("5m") Duration keepFiring) {
        private static final Duration SHORTEST = Duration.ofSeconds(3);
        private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

        Alertmanager {
            headers = Map.copyOf(headers);
            labels = Map.copyOf(labels);
            labels.keySet().forEach(label -> require(LABEL.matcher(label).matches(), "alertmanagers.*.labels",
                    "names of letters, digits and underscores", label));
            require(keepFiring.compareTo(SHORTEST) >= 0, "alertmanagers.*.keep-firing", "at least 3s", keepFiring);
        }
    }

    /**
     * Which anomalies a destination is told of.
     *
     * @param series canonical keys, of a group that of any of its series; null for all
     * @param tenant whose series, of a group all of them; null for everybody's
     * @param minScore largest score they must have reached
     * @param minPoints samples or rows they must have lasted for
     */
    record Selection(@Nullable Pattern series, @Nullable String tenant, @DefaultValue("0") double minScore,
            @DefaultValue("1") int minPoints) {
        Selection {
            require(tenant == null || !tenant.isBlank(), "*.only.tenant", "a name", "empty");
            require(minScore >= 0 && minScore <= 1, "*.only.min-score", "0 to 1", minScore);
            require(minPoints >= 1, "*.only.min-points", "at least 1", minPoints);
        }

        /** Of an anomaly, by the keys of its series. */
        boolean wants(List<String> keys) {
            return (series == null || keys.stream().anyMatch(series.asMatchPredicate()))
                    && (tenant == null || keys.stream().allMatch(key -> key.startsWith(SeriesKey.beginning(tenant))));
        }
    }

    private static void requireHttp(String name, @Nullable URI url) {
        // There may be a secret in the rest of it.
        require(url != null && url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme())), name,
                "a URL that begins with http:// or https:// and a host",
                url == null ? null : url.getScheme() + "://" + url.getHost() + "/…");
    }

    private static void require(boolean held, String name, String expected, @Nullable Object found) {
        if (!held) {
            throw new IllegalArgumentException("longwave.notifications." + name + ": expected " + expected + " but was " + found);
        }
    }
}
