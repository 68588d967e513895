package io.longwave.model;

import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.ssm.catalog.ModelFamilies;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.Scaler;
import io.longwave.train.Split;
import io.longwave.train.TrainableForecaster;
import io.longwave.train.TrainableModel.OptimizerStep;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A SpaceTime network small enough to train in a second, on a sine wave. */
public final class WaveModel {
    public static final String ID = "spacetime-wave-1";
    public static final int LAG = 36;
    public static final int HORIZON = 8;
    public static final double MEAN = 200;
    public static final double STD = 5;
    public static final ForecasterFamily FAMILY = ModelFamilies.forecaster("spacetime").orElseThrow();

    private WaveModel() {}

    /** Trains for so many steps and registers the model in an empty store. */
    public static StoredModel register(Path directory, int steps) {
        return register(directory, LAG, HORIZON, steps);
    }

    public static StoredModel register(Path directory, int lag, int horizon, int steps) {
        ObjectNode config = FAMILY.defaultConfig(lag, horizon, 1).put("modelDim", 16).put("encoderStateSize", 8)
                .put("decoderStateSize", 8).put("offset", "MEAN").put("scaleAugmentation", 0).put("maxAverageWindow", 12);
        TrainableForecaster network = FAMILY.create(config, 4);
        int size = lag + horizon;
        float[] batch = new float[32 * size];
        SplittableRandom random = new SplittableRandom(2);
        for (int step = 0; step < steps; step++) {
            for (int b = 0; b < 32; b++) {
                int from = random.nextInt(400);
                for (int t = 0; t < size; t++) {
                    batch[b * size + t] = (float) ((wave(from + t) - MEAN) / STD);
                }
            }
            network.trainStep(batch, 32, new OptimizerStep(3e-3, 1e-4));
        }
        return store(directory, "spacetime", config, network);
    }

    /** A model that no stream can step. */
    public static StoredModel registerWholeSequences(Path directory) {
        ForecasterFamily family = ModelFamilies.forecaster("dss").orElseThrow();
        ObjectNode config = family.defaultConfig(LAG, HORIZON, 1).put("width", 4);
        return store(directory, "dss", config, family.create(config, 1));
    }

    private static StoredModel store(Path directory, String family, ObjectNode config, TrainableForecaster network) {
        Scaler scaler = new Scaler(List.of("load"), List.of(MEAN), List.of(STD));
        return new ModelStore(directory).register(new ModelCard(1, "", family, "wave", ModelCard.FORECAST, Instant.EPOCH, 4, config,
                JsonNodeFactory.instance.objectNode(),
                new ModelCard.DataFingerprint(List.of("load"), 500, "00", 60_000, new Split(300, 100, 100)), scaler, Map.of()),
                network.weights());
    }

    public static double wave(int i) {
        return MEAN + STD * Math.sin(2 * Math.PI * i / 12);
    }
}
