package io.longwave.model.retention;

import io.longwave.db.retention.Retention;
import io.longwave.db.retention.Retention.OfSeries;
import io.longwave.db.retention.Retention.Silent;
import io.longwave.db.retention.Retention.Step;
import io.longwave.model.control.ControlRecords;
import io.longwave.model.control.ControlRecords.Control;
import io.longwave.wire.StreamMessage.Forget;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Looks now and then for what has been kept long enough. Of several services one does. */
@Component
@EnableConfigurationProperties(RetentionProperties.class)
class RetentionSweep implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionSweep.class);
    private static final long PATIENCE_SECONDS = 10;
    private static final Duration ALWAYS = Duration.ofNanos(1);

    private final DataSource dataSource;
    private final RetentionProperties kept;
    private final ControlRecords control;
    private final MeterRegistry meters;
    private final ScheduledExecutorService sweeping = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("retention").factory());
    private volatile boolean stopping;

    RetentionSweep(DataSource dataSource, RetentionProperties kept, ControlRecords control, MeterRegistry meters) {
        this.dataSource = dataSource;
        this.kept = kept;
        this.control = control;
        this.meters = meters;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        long pause = kept.every().toMillis();
        sweeping.scheduleWithFixedDelay(this::sweep, pause, pause, TimeUnit.MILLISECONDS);
    }

    @Override
    public void destroy() throws InterruptedException {
        stopping = true;
        sweeping.shutdown();
        if (!sweeping.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            sweeping.shutdownNow();
        }
    }

    private void sweep() {
        try (Connection connection = dataSource.getConnection()) {
            if (!Retention.begin(connection)) {
                return;
            }
            try {
                Map<String, Long> deleted = new TreeMap<>();
                tried("points", () -> ofSeries(connection, OfSeries.POINTS, kept.points(), deleted));
                tried("forecasts", () -> ofSeries(connection, OfSeries.FORECASTS, kept.forecasts(), deleted));
                tried("anomalies", () -> ofSeries(connection, OfSeries.ANOMALIES, kept.anomalies(), deleted));
                tried("silent series", () -> forgetSilentSeries(connection));
                tried("forgotten series", () -> others(connection, "forgotten", (open, _) -> Retention.forgotten(open), ALWAYS, deleted));
                tried("rows of groups", () -> others(connection, "group-rows", Retention::groupRows, kept.points(), deleted));
                tried("anomalies of groups",
                        () -> others(connection, "group-anomalies", Retention::groupAnomalies, kept.anomalies(), deleted));
                tried("removed groups",
                        () -> others(connection, "removed-groups", (open, _) -> Retention.removedGroups(open), ALWAYS, deleted));
                tried("dead letters", () -> others(connection, "dead-letters", Retention::deadLetters, kept.deadLetters(), deleted));
                tried("classifications",
                        () -> others(connection, "classifications", Retention::classifications, kept.classifications(), deleted));
                if (!deleted.isEmpty()) {
                    LOG.info("kept long enough and deleted: {}", deleted);
                }
            } finally {
                Retention.end(connection);
            }
        } catch (SQLException | RuntimeException | Error e) { // thrown further, it would end all looks for good
            LOG.warn("what has been kept long enough stays for now: {}", e.toString());
        }
    }

    @FunctionalInterface
    private interface Part {
        void run() throws SQLException;
    }

    private static void tried(String what, Part part) {
        try {
            part.run();
        } catch (SQLException | RuntimeException e) {
            LOG.warn("{} that were kept long enough stay for now: {}", what, e.toString());
        }
    }

    private void ofSeries(Connection connection, OfSeries what, Duration time, Map<String, Long> deleted) throws SQLException {
        Step step = new Step(0, 0, time.isZero());
        while (!step.ended() && !stopping) {
            step = Retention.next(connection, what, step.series(), time);
            count(what.name().toLowerCase(Locale.ROOT), step.rows(), deleted);
        }
    }

    /** Through the stream, whose owner has the last word: a series that is written meanwhile stays. */
    private void forgetSilentSeries(Connection connection) throws SQLException {
        List<Silent> silent = kept.series().isZero() ? List.of() : Retention.silent(connection, 0, kept.series());
        while (!silent.isEmpty() && !stopping) {
            control.write(silent.stream()
                    .map(series -> new Control(series.key(), new Forget(series.key(), series.lastTime()))).toList());
            silent = Retention.silent(connection, silent.getLast().id(), kept.series());
        }
    }

    @FunctionalInterface
    private interface Deleting {
        long some(Connection connection, Duration kept) throws SQLException;
    }

    private void others(Connection connection, String what, Deleting deleting, Duration time, Map<String, Long> deleted)
            throws SQLException {
        long rows = time.isZero() ? 0 : 1;
        while (rows > 0 && !stopping) {
            rows = deleting.some(connection, time);
            count(what, rows, deleted);
        }
    }

    private void count(String what, long rows, Map<String, Long> deleted) {
        if (rows > 0) {
            deleted.merge(what, rows, Long::sum);
            Counter.builder("longwave.retention.deleted").tag("what", what).description("rows deleted because they were kept long enough")
                    .register(meters).increment(rows);
        }
    }
}
