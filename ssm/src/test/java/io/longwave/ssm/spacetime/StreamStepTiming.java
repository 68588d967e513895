package io.longwave.ssm.spacetime;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.kernel.reference.ReferenceKernels;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.train.MeanPathForecaster;
import io.longwave.train.Scaler;
import io.longwave.train.Split;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What does a sample of a series cost that SpaceTime serves, what a forecast, what a copy? Sizes that training starts from, lag 336, horizon 96; an
 * empty folder as argument takes the model. A program, not a test: other work on the machine is part of the number.
 */
final class StreamStepTiming {
    private StreamStepTiming() {}

    public static void main(String[] args) {
        var family = MeanPathForecaster.family(new SpaceTimeFamily(ReferenceKernels::new));
        for (int width : new int[]{32, 128}) {
            ObjectNode config = family.defaultConfig(336, 96, 1).put("modelDim", width).put("encoderStateSize", width / 2 + 16)
                    .put("decoderStateSize", width / 2 + 16);
            var card = new ModelCard(1, "", "spacetime", "timing", ModelCard.FORECAST, Instant.EPOCH, 1, config,
                    JsonNodeFactory.instance.objectNode(), new ModelCard.DataFingerprint(List.of("x"), 1, "", 1, new Split(1, 1, 1)),
                    new Scaler(List.of("x"), List.of(0.0), List.of(1.0)), Map.of());
            var model = SpaceTimeStreamingModel
                    .open(new ModelStore(Path.of(args[0])).register(card, family.create(config, 1).weights()));
            SeriesState state = model.newState();
            int samples = 0;
            for (int round = 0; round < 4; round++) {
                int many = width == 32 ? 20_000 : 3_000;
                long start = System.nanoTime();
                for (int i = 0; i < many; i++) {
                    samples++;
                    state.step(samples, Math.sin(samples * 0.2618));
                }
                double step = (System.nanoTime() - start) * 1e-3 / many;
                start = System.nanoTime();
                for (int i = 0; i < 100; i++) {
                    Objects.requireNonNull(state.forecast(96, new double[]{0.9, 0.5}));
                }
                double forecast = (System.nanoTime() - start) * 1e-3 / 100;
                start = System.nanoTime();
                SeriesState copy = state;
                for (int i = 0; i < 1000; i++) {
                    copy = copy.copy();
                }
                double copying = (System.nanoTime() - start) * 1e-3 / 1000;
                System.out.printf("width %d: step %.1f us, forecast %.0f us, copy %.1f us, written %d bytes%n", width, step, forecast,
                        copying,
                        state.write().length);
            }
        }
    }
}
