package io.longwave.api.live;

import io.longwave.api.problem.ProblemException;
import io.longwave.api.problem.ProblemType;
import io.longwave.api.stream.StatusView;
import io.longwave.api.stream.StreamStatus;
import io.longwave.db.anomaly.AnomalyQueries;
import io.longwave.db.point.PointQueries;
import io.longwave.db.series.SeriesQueries;
import io.longwave.db.series.TenantScope;
import io.longwave.db.stream.StreamNotice;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** All open streams. Stops in the first phase, before the web server waits for open requests. */
@Component
@EnableConfigurationProperties(LiveSettings.class)
class LiveFeed implements SmartLifecycle {
    private final JdbcConnectionDetails database;
    private final SeriesQueries series;
    private final PointQueries points;
    private final AnomalyQueries anomalies;
    private final StreamStatus status;
    private final LiveSettings settings;
    private final Semaphore places;
    private final Set<LiveClient> clients = ConcurrentHashMap.newKeySet();
    private volatile @Nullable CommitListener listener;
    private final Map<TenantScope, LastStatus> lastStatus = new HashMap<>();

    LiveFeed(JdbcConnectionDetails database, SeriesQueries series, PointQueries points, AnomalyQueries anomalies, StreamStatus status,
            LiveSettings settings) {
        this.database = database;
        this.series = series;
        this.points = points;
        this.anomalies = anomalies;
        this.status = status;
        this.settings = settings;
        this.places = new Semaphore(settings.maxClients());
    }

    /**
     * Opens a stream.
     *
     * @param scope whose series it shows
     * @param sent time of the newest point that the client has, per series
     */
    SseEmitter open(TenantScope scope, Map<Long, Long> sent) {
        if (!places.tryAcquire()) {
            throw new ProblemException(ProblemType.TOO_MANY_CLIENTS, "at most " + settings.maxClients() + " live streams may be open")
                    .retryAfter(Duration.ofSeconds(10));
        }
        SseEmitter emitter = new SseEmitter(0L);
        LiveClient client = new LiveClient(emitter, scope, sent, series, points, anomalies, () -> status(scope), this::isListening,
                settings);
        emitter.onCompletion(client::close);
        emitter.onError(failure -> client.close());
        emitter.onTimeout(client::close);
        clients.add(client);
        Thread.ofVirtual().name("live-client").start(() -> {
            try {
                client.run();
            } finally {
                clients.remove(client);
                places.release();
            }
        });
        return emitter;
    }

    private void committed(StreamNotice notice) {
        clients.forEach(client -> client.mark(notice));
    }

    private boolean isListening() {
        CommitListener now = listener;
        return now != null && now.isListening();
    }

    /** When it was read, by {@link System#nanoTime}. */
    private record LastStatus(StatusView status, long at) {}

    /** Read once for all streams of a scope, of which there are as many as tokens. */
    private synchronized StatusView status(TenantScope scope) {
        long now = System.nanoTime();
        LastStatus known = lastStatus.get(scope);
        if (known == null || now - known.at > settings.heartbeat().toNanos() / 2) {
            known = new LastStatus(status.read(scope), now);
            lastStatus.put(scope, known);
        }
        return known.status;
    }

    @Override
    public void start() {
        CommitListener started = new CommitListener(database, this::committed);
        listener = started;
        started.start();
    }

    @Override
    public void stop() {
        CommitListener running = listener;
        listener = null;
        if (running != null) {
            running.close();
        }
        clients.forEach(LiveClient::close);
    }

    @Override
    public boolean isRunning() { return listener != null; }
}
