package io.longwave.ssm.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.Scaler;
import io.longwave.train.Split;
import io.longwave.train.TrainableForecaster;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Every family of sequence layers that can be stepped serves a stream; what such a model does there is held by WindowedModelContract. */
class StreamedFamiliesTest {
    private static final int LAG = 24;
    private static final int HORIZON = 6;

    @TempDir
    Path directory = Path.of("");

    private StoredModel stored(String family, ObjectNode config) {
        ForecasterFamily forecasters = ModelFamilies.forecaster(family).orElseThrow();
        ModelCard card = new ModelCard(1, "", family, "noise", ModelCard.FORECAST, Instant.EPOCH, 4, config,
                JsonNodeFactory.instance.objectNode(),
                new ModelCard.DataFingerprint(List.of("x"), 500, "00", 60_000, new Split(300, 100, 100)),
                new Scaler(List.of("x"), List.of(2.0), List.of(0.5)), Map.of());
        return new ModelStore(directory).register(card, forecasters.create(config, 3).weights());
    }

    private static ObjectNode config(String family, int patch) {
        ObjectNode config = ModelFamilies.forecaster(family).orElseThrow().defaultConfig(LAG, HORIZON, 1).put("width", 8)
                .put("offset", "MEAN").put("patch", patch);
        ObjectNode layer = (ObjectNode) config.get("layer");
        if (layer.has("streamOrder")) {
            layer.put("taps", LAG / patch).put("streamOrder", 0); // fitted modes are within a tolerance only
        }
        return config;
    }

    @ParameterizedTest
    @CsvSource({"s4,1", "s4,3", "s4d,1", "s4d,3", "s4-ptd,1", "s4-ptd,3", "longconv,1", "longconv,3", "mamba,1", "mamba,3"})
    void aForecastIsThatOfTheStoredForecasterAndContinuesFromAWrittenState(String family, int patch) {
        StoredModel stored = stored(family, config(family, patch));
        TrainableForecaster forecaster = stored.forecaster(ModelFamilies.forecaster(family).orElseThrow());
        var model = ModelFamilies.streaming(stored);
        SeriesState state = model.newState();
        SplittableRandom random = new SplittableRandom(6);
        double[] values = random.doubles(2 * LAG + 7, 1, 3).toArray();
        for (int i = 0; i < values.length; i++) {
            state.step(i, values[i]);
            state = i % 5 == 0 ? model.readState(state.write()) : state;
            if (i + 1 >= LAG) {
                float[] window = new float[LAG];
                for (int t = 0; t < LAG; t++) {
                    window[t] = (float) ((values[i + 1 - LAG + t] - 2) / 0.5);
                }
                float[] expected = new float[HORIZON];
                forecaster.forecast(window, 1, expected);
                double[] found = Objects.requireNonNull(state.forecast(2 * HORIZON, new double[]{0.9})).mean();
                for (int h = 0; h < HORIZON; h++) {
                    // the forecaster sums whole sequences in 32 bits
                    assertThat((found[h] - 2) / 0.5).as("after %d, step %d", i, h).isCloseTo(expected[h], Offset.offset(1e-4));
                }
            }
        }
    }

    @Test
    void whatCannotBeSteppedIsRefusedWithTheReason() {
        assertThatThrownBy(() -> ModelFamilies.streaming(stored("dss", config("dss", 1)))).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("these see whole sequences only");
        ObjectNode bothWays = config("s4d", 1);
        ((ObjectNode) bothWays.get("layer")).put("bidirectional", true);
        assertThatThrownBy(() -> ModelFamilies.streaming(stored("s4d", bothWays))).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("these see whole sequences only");
        assertThatThrownBy(() -> ModelFamilies.streaming(stored("s4d", config("s4d", 8)))).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("horizon: expected at least the patch 8 but was 6");
    }
}
