package io.longwave.model.control;

import io.longwave.db.model.ServingStore;
import io.longwave.model.control.ControlRecords.Control;
import io.longwave.model.serving.Models;
import io.longwave.wire.StreamMessage.Promote;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Promotes a model once more to its series when it can be read again that could not be when they were brought to memory. It does so by control records, as a person would, so that the return has
 * an offset like everything else that changes what a stream computes.
 */
@Component
class ReturningModels implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(ReturningModels.class);
    private static final long LOOK_SECONDS = 10;

    private final Models models;
    private final DataSource dataSource;
    private final Consumer<List<Control>> stream;
    /** Models whose series have not been told yet; used by one thread only. */
    private final Set<String> untold = new TreeSet<>();
    private final ScheduledExecutorService looking = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("returning-models").factory());

    @Autowired
    ReturningModels(Models models, DataSource dataSource, ControlRecords records) {
        this(models, dataSource, records::write);
    }

    ReturningModels(Models models, DataSource dataSource, Consumer<List<Control>> stream) {
        this.models = models;
        this.dataSource = dataSource;
        this.stream = stream;
    }

    @EventListener(ApplicationReadyEvent.class)
    void watch() {
        looking.scheduleWithFixedDelay(this::lookAndReport, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void destroy() {
        looking.shutdownNow();
    }

    private void lookAndReport() {
        try {
            look();
        } catch (SQLException | RuntimeException e) { // thrown further, it would end all looks for good
            LOG.warn("series whose model is back were not told so: {}", e.toString());
        }
    }

    void look() throws SQLException {
        untold.addAll(models.missing());
        for (String id : List.copyOf(untold)) {
            if (models.find(id).isEmpty()) {
                continue;
            }
            List<String> keys;
            try (Connection connection = dataSource.getConnection()) {
                keys = ServingStore.keysServedBy(connection, id);
            }
            stream.accept(keys.stream().map(key -> new Control(key, new Promote(key, id))).toList());
            untold.remove(id);
            LOG.info("model {} can be read again and is promoted to its {} series", id, keys.size());
        }
    }
}
