package io.longwave.api.live;

import io.longwave.api.anomaly.AnomalyView;
import io.longwave.api.point.PointView;
import io.longwave.api.query.Times;
import io.longwave.api.stream.StatusView;
import io.longwave.db.anomaly.AnomalyFilter;
import io.longwave.db.anomaly.AnomalyQueries;
import io.longwave.db.point.PointQueries;
import io.longwave.db.point.PointRow;
import io.longwave.db.point.TimeSpan;
import io.longwave.db.stream.StreamNotice;
import io.swagger.v3.oas.annotations.media.Schema;
import io.longwave.db.series.SeriesQueries;
import io.longwave.db.series.TenantScope;
import io.longwave.db.series.ReadAs;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * One open stream and the thread that feeds it. It keeps no queue: commits only mark it, and it reads from the database what is newer than
 * what it sent, so a slow reader costs no memory and misses nothing.
 */
final class LiveClient implements Runnable {
    /** More new points than this at once are not sent; the client is told to load the series again. */
    static final int MAX_POINTS = 5_000;
    private static final int MAX_ANOMALIES = 200;

    @Schema(name = "LivePoints", description = "Data of the event points.")
    record LivePoints(@Schema(description = "Id of the series.") long series,
            @Schema(description = "What the points are: values of a gauge, or rates of a counter.", allowableValues = {"gauge",
                    "counter"}) String kind,
            List<PointView> points) {}

    @Schema(name = "LiveReset", description = "Data of the event reset: so much is new, or the series is of another kind now, that it is better loaded again.")
    record LiveReset(@Schema(description = "Id of the series.") long series) {}

    private final SseEmitter emitter;
    private final TenantScope scope;
    private final SortedMap<Long, Long> sent;
    private final SeriesQueries series;
    private final PointQueries points;
    private final AnomalyQueries anomalies;
    private final Supplier<StatusView> status;
    private final BooleanSupplier listening;
    private final Duration minInterval;
    private final Duration heartbeat;
    private final Map<Long, ReadAs> readAs = new HashMap<>();
    private final Map<String, AnomalyView> sentAnomalies = new HashMap<>();
    private final Semaphore marked = new Semaphore(1); // 1: look at once, for what was committed before the stream was opened
    private volatile boolean open = true;

    /**
     * @param sent time of the newest point that the client has, per series
     */
    LiveClient(SseEmitter emitter, TenantScope scope, Map<Long, Long> sent, SeriesQueries series, PointQueries points,
            AnomalyQueries anomalies,
            Supplier<StatusView> status,
            BooleanSupplier listening, LiveSettings settings) {
        this.emitter = emitter;
        this.scope = scope;
        this.sent = new TreeMap<>(sent);
        this.series = series;
        this.points = points;
        this.anomalies = anomalies;
        this.status = status;
        this.listening = listening;
        this.minInterval = settings.minInterval();
        this.heartbeat = settings.heartbeat();
    }

    /** Something was committed. */
    void mark(StreamNotice notice) {
        if (notice.many() || !Collections.disjoint(notice.series(), sent.keySet())) {
            marked.release();
        }
    }

    /** Ends the stream; may be called by any thread, also twice. */
    void close() {
        open = false;
        marked.release();
    }

    @Override
    public void run() {
        try {
            long lastStatus = System.nanoTime() - heartbeat.toNanos();
            while (open) {
                boolean look = marked.tryAcquire(heartbeat.toMillis(), TimeUnit.MILLISECONDS) || !listening.getAsBoolean();
                marked.drainPermits();
                try {
                    if (look && open) {
                        sendPoints();
                        sendAnomalies();
                    }
                    if (open && System.nanoTime() - lastStatus >= heartbeat.toNanos()) {
                        lastStatus = System.nanoTime();
                        send("status", "", status.get());
                    }
                } catch (DataAccessException e) {
                    marked.release();
                    emitter.send(SseEmitter.event().comment("the database is away"));
                }
                Thread.sleep(minInterval);
            }
            emitter.complete();
        } catch (IOException | IllegalStateException e) {
            emitter.completeWithError(e); // the client left
        } catch (InterruptedException e) {
            emitter.complete();
        }
    }

    private void sendPoints() throws IOException {
        if (sent.isEmpty()) {
            return;
        }
        Map<Long, ReadAs> now = series.readAs(scope, sent.keySet());
        for (Map.Entry<Long, Long> one : sent.entrySet()) {
            long id = one.getKey();
            long after = one.getValue();
            ReadAs as = now.get(id);
            if (as == null) {
                continue; // forgotten
            }
            TimeSpan span = new TimeSpan(after == Long.MAX_VALUE ? after : after + 1, Long.MAX_VALUE);
            List<PointRow> rows = points.first(id, as, span, MAX_POINTS + 1);
            ReadAs before = readAs.put(id, as);
            if (rows.size() > MAX_POINTS || before != null && !before.equals(as)) {
                one.setValue(points.newestTime(id).orElse(after));
                send("reset", position(), new LiveReset(id));
            } else if (!rows.isEmpty()) {
                one.setValue(rows.getLast().timeNanos());
                send("points", position(), new LivePoints(id, as.kind().text(), rows.stream().map(PointView::single).toList()));
            }
        }
    }

    /** Events of the series that are new or have changed since they were sent: an event grows while it lasts. */
    private void sendAnomalies() throws IOException {
        if (sent.isEmpty()) {
            return;
        }
        List<AnomalyView> changed = new ArrayList<>();
        Map<String, AnomalyView> seen = new HashMap<>();
        for (var row : anomalies.find(new AnomalyFilter(scope, sent.keySet(), null, null, null), null, MAX_ANOMALIES)) {
            AnomalyView view = AnomalyView.of(row);
            seen.put(view.id(), view);
            if (!view.equals(sentAnomalies.get(view.id()))) {
                changed.add(view);
            }
        }
        sentAnomalies.clear();
        sentAnomalies.putAll(seen);
        if (!changed.isEmpty()) {
            send("anomalies", "", changed);
        }
    }

    private void send(String name, String id, Object data) throws IOException {
        SseEmitter.SseEventBuilder event = SseEmitter.event().name(name);
        if (!id.isEmpty()) {
            event.id(id);
        }
        emitter.send(event.data(data, MediaType.APPLICATION_JSON));
    }

    /** What the client has, in the form that comes back as {@code Last-Event-ID}. */
    private String position() {
        return sent.entrySet().stream().map(series -> series.getKey() + "@" + Times.text(series.getValue()))
                .collect(Collectors.joining(","));
    }
}
