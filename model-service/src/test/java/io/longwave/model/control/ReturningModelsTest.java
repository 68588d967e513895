package io.longwave.model.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.longwave.db.model.ServingStore;
import io.longwave.db.model.ServingStore.Serving;
import io.longwave.db.series.SeriesWriter;
import io.longwave.db.testing.PostgresFixture;
import io.longwave.model.control.ControlRecords.Control;
import io.longwave.model.serving.Models;
import io.longwave.series.SeriesKey;
import io.longwave.ssm.online.OnlineModel;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.wire.StreamMessage.Promote;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReturningModelsTest {
    @RegisterExtension
    static final PostgresFixture postgres = new PostgresFixture();

    private final Set<String> missing = new HashSet<>();
    private final Set<String> readable = new HashSet<>();
    private final List<Control> written = new ArrayList<>();
    private boolean kafkaTakesThem = true;

    @Test
    void aModelThatIsBackIsPromotedToEachOfItsSeriesThroughTheStream() throws SQLException {
        postgres.truncate();
        List<SeriesKey> keys = List.of(SeriesKey.parse("default/b/m#a"), SeriesKey.parse("default/b/m#b"),
                SeriesKey.parse("default/b/m#c"));
        try (Connection connection = postgres.dataSource().getConnection()) {
            Map<SeriesKey, Long> ids = SeriesWriter.resolve(connection, keys);
            ServingStore.write(connection, Objects.requireNonNull(ids.get(keys.get(0))), new Serving("s4d-a-1", false, 96));
            ServingStore.write(connection, Objects.requireNonNull(ids.get(keys.get(1))), new Serving("s4d-other-1", false, 96));
            ServingStore.write(connection, Objects.requireNonNull(ids.get(keys.get(2))), new Serving("s4d-a-1", true, 12));
        }
        ReturningModels returning = new ReturningModels(new Store(), postgres.dataSource(), controls -> {
            if (!kafkaTakesThem) {
                throw new IllegalStateException("Kafka is away");
            }
            written.addAll(controls);
        });
        try {
            missing.add("s4d-a-1");
            returning.look();
            assertThat(written).as("it is still away").isEmpty();
            readable.add("s4d-a-1");
            kafkaTakesThem = false;
            assertThatThrownBy(returning::look).hasMessage("Kafka is away");
            missing.clear();
            kafkaTakesThem = true;
            returning.look();
            returning.look();
            assertThat(written).as("once").containsExactly(new Control("default/b/m#a", new Promote("default/b/m#a", "s4d-a-1")),
                    new Control("default/b/m#c", new Promote("default/b/m#c", "s4d-a-1")));
        } finally {
            returning.destroy();
        }
    }

    private final class Store implements Models {
        private final StreamingModel online = new OnlineModel();

        @Override
        public StreamingModel byDefault() {
            return online;
        }

        @Override
        public Optional<StreamingModel> find(String id) {
            return readable.contains(id) ? Optional.of(online) : Optional.empty();
        }

        @Override
        public Set<String> missing() {
            return missing;
        }
    }
}
