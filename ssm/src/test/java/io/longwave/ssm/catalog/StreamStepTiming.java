package io.longwave.ssm.catalog;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.longwave.checkpoint.ModelCard;
import io.longwave.checkpoint.ModelStore;
import io.longwave.ssm.streaming.SeriesState;
import io.longwave.train.Scaler;
import io.longwave.train.Split;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What does a sample of a series cost that a trained family serves, what a forecast, what a copy? Sizes that training starts from, lag 336, horizon 96, the
 * mean of the window taken off (or {@code -Doffset=LAST}); arguments: an empty folder that takes the models, then names of families. A program, not a test: other work on the machine
 * is part of the number.
 */
final class StreamStepTiming {
    private static final double SECONDS_A_ROUND = 2;

    private StreamStepTiming() {}

    public static void main(String[] args) {
        for (String name : List.of(args).subList(1, args.length)) {
            var family = ModelFamilies.forecaster(name).orElseThrow();
            ObjectNode config = family.defaultConfig(336, 96, 1).put("offset", System.getProperty("offset", "MEAN"));
            var card = new ModelCard(1, "", name, "timing", ModelCard.FORECAST, Instant.EPOCH, 1, config,
                    JsonNodeFactory.instance.objectNode(), new ModelCard.DataFingerprint(List.of("x"), 1, "", 1, new Split(1, 1, 1)),
                    new Scaler(List.of("x"), List.of(0.0), List.of(1.0)), Map.of());
            var model = ModelFamilies.streaming(new ModelStore(Path.of(args[0])).register(card, family.create(config, 1).weights()));
            SeriesState state = model.newState();
            int samples = 0;
            for (int round = 0; round < 4; round++) {
                int first = samples;
                long start = System.nanoTime();
                while (System.nanoTime() - start < SECONDS_A_ROUND * 1e9) {
                    samples++;
                    state.step(samples, Math.sin(samples * 0.2618));
                }
                double step = (System.nanoTime() - start) * 1e-3 / (samples - first);
                long forecasting = 0; // at different distances from the last anchor
                for (int i = 0; i < 50; i++) {
                    samples++;
                    state.step(samples, Math.sin(samples * 0.2618));
                    start = System.nanoTime();
                    Objects.requireNonNull(state.forecast(96, new double[]{0.9, 0.5}));
                    forecasting += System.nanoTime() - start;
                }
                double forecast = forecasting * 1e-3 / 50;
                start = System.nanoTime();
                SeriesState copy = state;
                for (int i = 0; i < 1000; i++) {
                    copy = copy.copy();
                }
                double copying = (System.nanoTime() - start) * 1e-3 / 1000;
                System.out.printf("%s: step %.1f us, forecast %.0f us, copy %.1f us, written %d bytes%n", name, step, forecast, copying,
                        state.write().length);
            }
        }
    }
}
