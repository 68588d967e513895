package io.longwave.model.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.ssm.online.OnlineModel;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.Scaler;
import io.longwave.train.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class RegisteredModelsTest {
    private static final String ID = "s4d-load-1";

    private final AtomicInteger opened = new AtomicInteger();

    @Test
    void aPromotedModelThatIsMissingIsLookedForByWhoAsksForMissingOnesOnly(@TempDir Path folder) throws IOException {
        ModelStore store = new ModelStore(folder.resolve("models"));
        register(store);
        Path away = Files.move(store.directory().resolve(ID), folder.resolve("away"));
        RegisteredModels models = new RegisteredModels(store, stored -> {
            opened.incrementAndGet();
            return ModelFamilies.streaming(stored);
        });
        assertThat(models.missing()).isEmpty();
        assertThat(models.promoted(ID)).isEmpty();
        assertThat(models.missing()).containsExactly(ID);
        Files.move(away, store.directory().resolve(ID));
        assertThat(models.promoted(ID)).as("nothing in the stream looks at the disk again").isEmpty();
        assertThat(opened).hasValue(0);

        assertThat(models.missing()).as("for the last time").containsExactly(ID);
        assertThat(models.missing()).isEmpty();
        assertThat(models.promoted(ID)).isPresent();
        assertThat(models.find(ID)).isEqualTo(models.promoted(ID));
        assertThat(opened).as("what was loaded stays").hasValue(1);
        assertThat(models.promoted(new OnlineModel().id())).contains(models.byDefault());
    }

    private static void register(ModelStore store) {
        ForecasterFamily family = ModelFamilies.forecaster("s4d").orElseThrow();
        ObjectNode config = family.defaultConfig(24, 6, 1);
        store.register(new ModelCard(ModelCard.FORMAT, "", "s4d", "load", ModelCard.FORECAST, Instant.EPOCH, 0, config,
                JsonMapper.shared().createObjectNode(),
                new ModelCard.DataFingerprint(List.of("load"), 100, "00", 60_000, new Split(60, 20, 20)),
                new Scaler(List.of("load"), List.of(0.0), List.of(1.0)), Map.of()), family.create(config, 1).weights());
    }
}
