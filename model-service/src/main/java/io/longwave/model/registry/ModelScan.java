package io.longwave.model.registry;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.db.model.ModelWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Brings the table of models up to date with the model store: at the start, when asked, and soon after a model came or went. Between scans only the
 * names in the directory are looked at, because a model is put there by one rename and never changes afterwards.
 */
@Component
class ModelScan implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(ModelScan.class);

    private final ModelStore store;
    private final DataSource dataSource;
    private final RegistryProperties properties;
    private final JsonMapper json = JsonMapper.builder().build();
    private final ScheduledExecutorService looking = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("models").factory());
    private Set<String> seen = Set.of(); // used by that thread only

    ModelScan(ModelStore store, DataSource dataSource, RegistryProperties properties) {
        this.store = store;
        this.dataSource = dataSource;
        this.properties = properties;
    }

    /** @param problems directories that look like models but cannot be read, one sentence each */
    record Models(List<Model> models, List<String> problems) {}

    record Model(String id, String family, String task, Instant created, Map<String, Double> metrics) {}

    /** @throws CheckpointException if the store cannot be listed */
    Models scan() throws SQLException {
        ModelStore.Listing listing = store.list();
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                ModelWriter.replace(connection, listing.models().stream().map(this::entry).toList());
                connection.commit();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
        return new Models(listing.models().stream().map(ModelScan::model).toList(),
                listing.problems().stream().map(problem -> String.valueOf(problem.getMessage())).toList());
    }

    @EventListener(ApplicationReadyEvent.class)
    void watch() {
        looking.execute(this::scanAndReport);
        long pause = properties.look().toMillis();
        looking.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.MILLISECONDS);
    }

    @Override
    public void destroy() {
        looking.shutdownNow();
    }

    private void look() {
        if (!names().equals(seen)) {
            scanAndReport();
        }
    }

    private void scanAndReport() {
        Set<String> names = names();
        try {
            scan().problems().forEach(problem -> LOG.warn("{}", problem));
            seen = names; // after a failure the next look tries again
        } catch (SQLException | RuntimeException | Error e) { // thrown further, it would end all looks for good
            LOG.warn("the model store was not read: {}", e.toString());
        }
    }

    private Set<String> names() {
        String[] found = store.directory().toFile().list();
        return found == null ? Set.of() : Set.of(found);
    }

    private ModelWriter.Entry entry(StoredModel stored) {
        ModelCard card = stored.card();
        return new ModelWriter.Entry(card.id(), card.family(), card.task(), json.writeValueAsString(card.config()),
                json.writeValueAsString(card.metrics()), json.writeValueAsString(card.data()), card.seed(),
                store.directory().relativize(stored.directory()).toString(), card.created());
    }

    private static Model model(StoredModel stored) {
        ModelCard card = stored.card();
        return new Model(card.id(), card.family(), card.task(), card.created(), card.metrics());
    }
}
