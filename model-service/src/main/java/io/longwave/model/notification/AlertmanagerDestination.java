package io.longwave.model.notification;

import io.longwave.model.notification.NotificationProperties.Alertmanager;
import io.longwave.model.notification.NotificationProperties.Selection;
import io.longwave.wire.AnomalyNotice;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Alerts for Prometheus' Alertmanager, version 2 of its API. A series is one alert, whatever its anomalies: the labels are those of the series, so that silences, routes and inhibitions written for its metrics
 * hold. An alert is told again while its anomaly lasts and resolves by itself.
 */
final class AlertmanagerDestination implements Destination {
    private static final Pattern UNUSABLE = Pattern.compile("[^a-zA-Z0-9_]");
    private static final Duration LONGEST_REPEAT = Duration.ofMinutes(1);
    private static final int TIMES_WHILE_FIRING = 3;

    private final String name;
    private final Alertmanager settings;
    private final JsonPost post;
    private final InstantSource clock;
    private final Duration repeat;

    AlertmanagerDestination(String name, Alertmanager settings, JsonPost post, InstantSource clock) {
        this.name = name;
        this.settings = settings;
        this.post = post;
        this.clock = clock;
        // An alert must not resolve because one message was lost.
        Duration often = settings.keepFiring().dividedBy(TIMES_WHILE_FIRING);
        this.repeat = often.compareTo(LONGEST_REPEAT) < 0 ? often : LONGEST_REPEAT;
    }

    /** Where alerts are posted to. */
    static URI alerts(URI url) {
        String base = url.toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "api/v2/alerts");
    }

    /** As the API has it. */
    record Alert(Map<String, String> labels, Map<String, String> annotations, Instant startsAt, Instant endsAt,
            @Nullable String generatorURL) {}

    @Override
    public String name() {
        return name;
    }

    @Override
    public Selection only() {
        return settings.only();
    }

    @Override
    public Duration repeat() {
        return repeat;
    }

    @Override
    public void tell(List<AnomalyNotice> notices) throws RefusedException, IOException, InterruptedException {
        Instant now = clock.instant();
        post.send(notices.stream().map(notice -> alert(notice, now)).toList());
    }

    private Alert alert(AnomalyNotice notice, Instant now) {
        Map<String, String> annotations = new TreeMap<>();
        annotations.put("summary", Sentences.summary(notice));
        annotations.put("description", Sentences.description(notice));
        annotations.put("anomaly", notice.id());
        // A clock that is ahead must not make an alert of tomorrow.
        Instant start = notice.time().isAfter(now) ? now : notice.time();
        return new Alert(labels(notice), annotations, start, now.plus(settings.keepFiring()), notice.link());
    }

    private Map<String, String> labels(AnomalyNotice notice) {
        Map<String, String> labels = new TreeMap<>(settings.labels());
        AnomalyNotice.Series series = notice.series();
        if (series == null) {
            labels.putIfAbsent("alertname", "LongwaveGroupAnomaly");
            labels.putIfAbsent("group", Objects.requireNonNull(notice.group()).name());
            return labels;
        }
        labels.putIfAbsent("alertname", "LongwaveAnomaly");
        labels.putIfAbsent("tenant", series.tenant());
        labels.putIfAbsent("bucket", series.bucket());
        labels.putIfAbsent("measurement", series.measurement());
        labels.putIfAbsent("field", series.field());
        new TreeMap<>(series.tags()).forEach((tag, value) -> {
            String label = UNUSABLE.matcher(tag).replaceAll("_");
            if (Character.isDigit(label.charAt(0))) {
                label = "_" + label;
            }
            // As Prometheus does with labels of a target that would hide its own.
            while (labels.containsKey(label)) {
                label = "exported_" + label;
            }
            labels.put(label, value);
        });
        return labels;
    }
}
