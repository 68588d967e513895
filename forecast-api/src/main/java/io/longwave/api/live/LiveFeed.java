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
    private final Map<TenantScope, LastStatus> lastStatus = new ConcurrentHashMap<>();

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
        LastStatus seen = lastStatus.computeIfAbsent(scope, LastStatus::new); // as many as there are tokens
        LiveClient client = new LiveClient(emitter, scope, sent, series, points, anomalies, seen::get, this::isListening,
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

    /** Read once for all streams of a scope. */
    private final class LastStatus {
        private final TenantScope scope;
        private @Nullable StatusView known;
        private long at;

        LastStatus(TenantScope scope) {
            this.scope = scope;
        }

        synchronized StatusView get() {
            long now = System.nanoTime();
            StatusView last = known;
            if (last == null || now - at > settings.heartbeat().toNanos() / 2) {
                last = status.read(scope);
                known = last;
                at = now;
            }
            return last;
        }
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
