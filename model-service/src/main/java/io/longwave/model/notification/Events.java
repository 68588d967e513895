package io.longwave.model.notification;

import io.longwave.db.anomaly.AnomalyQueries;
import io.longwave.db.anomaly.AnomalyRow;
import io.longwave.db.group.GroupAnomalyRow;
import io.longwave.db.group.GroupDescription;
import io.longwave.db.group.GroupDescription.Member;
import io.longwave.db.group.GroupQueries;
import io.longwave.db.group.GroupQueries.GroupEvent;
import io.longwave.db.notification.Notifications.Pending;
import io.longwave.db.point.PointQueries;
import io.longwave.db.series.TenantScope;
import io.longwave.wire.AnomalyNotice;
import io.longwave.wire.AnomalyNotice.Contribution;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How anomalies stand now. */
final class Events {
    /** Points shown before and after an anomaly. */
    private static final int ROOM = 60;
    private static final Duration LEAST_ROOM = Duration.ofMinutes(1);

    private final AnomalyQueries anomalies;
    private final GroupQueries groups;
    private final PointQueries points;
    private final int calmSamples;
    private final @Nullable URI page;

    /** @param calmSamples after which an anomaly is known to have ended */
    Events(AnomalyQueries anomalies, GroupQueries groups, PointQueries points, int calmSamples, @Nullable URI page) {
        this.anomalies = anomalies;
        this.groups = groups;
        this.points = points;
        this.calmSamples = calmSamples;
        this.page = page;
    }

    /**
     * An anomaly.
     *
     * @param heard time of the data that say how it stands: of the newest, or of those that ended it
     * @param keys of its series
     */
    record Event(AnomalyNotice notice, Instant heard, List<String> keys) {
        Event {
            keys = List.copyOf(keys);
        }
    }

    /** Empty if it was deleted, or its series forgotten. */
    Optional<Event> find(Pending pending) {
        return pending.ofGroup()
                ? groups.anomaly(pending.anomaly()).map(this::ofGroup)
                : anomalies.byId(TenantScope.ALL, pending.anomaly()).map(this::ofSeries);
    }

    private Event ofSeries(AnomalyRow row) {
        Long end = row.endNanos();
        long heard = end == null
                ? points.newestTime(row.seriesId()).orElse(row.peakNanos())
                : points.timeAfter(row.seriesId(), end, calmSamples).orElse(end);
        String link = link("/#series=" + row.seriesId(), row.startNanos(), end == null ? heard : end, row.points());
        AnomalyNotice notice = new AnomalyNotice(row.id(), state(end), row.display(),
                AnomalyNotice.Series.of(row.seriesId(), row.key()), null, instant(row.startNanos()), nullable(end),
                instant(row.peakNanos()), shortest(row.peakScore()), finite(row.peakValue()), finite(row.expected()), row.points(),
                row.model(), row.kind().text(), link);
        return new Event(notice, instant(heard), List.of(row.key()));
    }

    private Event ofGroup(GroupEvent found) {
        GroupDescription group = found.group();
        GroupAnomalyRow row = found.event();
        List<Contribution> contributions = row.contributions(group).stream()
                .map(one -> new Contribution(one.member().key(), one.member().display(), one.member().column(), shortest(one.share())))
                .toList();
        Long judged = group.judgedToNanos();
        Long end = row.endNanos();
        long heard = judged == null ? row.peakNanos() : end == null ? judged : Math.min(judged, end + calmSamples * group.stepNanos());
        String link = link("/groups.html#group=" + URLEncoder.encode(group.name(), StandardCharsets.UTF_8), row.startNanos(),
                end == null ? heard : end, row.points());
        AnomalyNotice notice = new AnomalyNotice(row.id(), state(end), group.name(), null,
                new AnomalyNotice.Group(group.name(), contributions), instant(row.startNanos()), nullable(end),
                instant(row.peakNanos()), shortest(row.peakScore()), null, null, row.points(), row.model(), null, link);
        return new Event(notice, instant(heard), group.members().stream().map(Member::key).toList());
    }

    /** The page with what was before and after. */
    private @Nullable String link(String what, long start, long end, int points) {
        if (page == null) {
            return null;
        }
        Duration lasted = Duration.between(instant(start), instant(end));
        Duration room = points < 2 || lasted.isNegative() ? LEAST_ROOM : lasted.multipliedBy(ROOM).dividedBy(points - 1);
        if (room.compareTo(LEAST_ROOM) < 0) {
            room = LEAST_ROOM;
        }
        String base = page.toString();
        return (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + what + "&from=" + instant(start).minus(room) + "&to="
                + instant(end).plus(room);
    }

    /** JSON knows no other numbers. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** As it was written with 24 bits, not as 53 show it. */
    private static double shortest(double score) {
        return Double.parseDouble(Float.toString((float) score));
    }

    private static String state(@Nullable Long end) {
        return end == null ? AnomalyNotice.LASTING : AnomalyNotice.ENDED;
    }

    private static @Nullable Instant nullable(@Nullable Long nanos) {
        return nanos == null ? null : instant(nanos);
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}
