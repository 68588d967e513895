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
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Looks into the model store and brings the table of models up to date. */
@Component
class ModelScan {
    private static final Logger LOG = LoggerFactory.getLogger(ModelScan.class);

    private final ModelStore store;
    private final DataSource dataSource;
    private final JsonMapper json = JsonMapper.builder().build();

    ModelScan(ModelStore store, DataSource dataSource) {
        this.store = store;
        this.dataSource = dataSource;
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
    void scanAtStart() {
        try {
            Models found = scan();
            found.problems().forEach(problem -> LOG.warn("{}", problem));
        } catch (SQLException | CheckpointException e) {
            LOG.warn("the model store was not read at the start: {}", e.toString());
        }
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
