package io.longwave.ssm.chimera;

import java.util.List;
import java.util.function.Supplier;

import io.longwave.kernel.GridScan.Discretization;
import io.longwave.kernel.Kernels;
import io.longwave.ssm.sequence.Settings;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.LearningRateSchedule;
import io.longwave.train.TrainableForecaster;
import io.longwave.train.TrainingSettings;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.classify.TrainableClassifier;
import io.longwave.train.reconstruct.ReconstructorFamily;
import io.longwave.train.reconstruct.TrainableReconstructor;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Chimera in the catalogue: what forecasts, classifies and reconstructs with it. */
public final class ChimeraFamily {
    public static final String NAME = "chimera";
    private static final List<String> DECODERS = List.of("direct", "closedLoop");

    private final Supplier<Kernels> kernels;

    /**
     * @param kernels asked for when the first model is made
     */
    public ChimeraFamily(Supplier<Kernels> kernels) {
        this.kernels = kernels;
    }

    public ForecasterFamily forecasters() {
        return new Forecasters();
    }

    public ClassifierFamily classifiers() {
        return new Classifiers();
    }

    public ReconstructorFamily reconstructors() {
        return new Reconstructors();
    }

    private static ObjectNode with(ObjectNode json, ChimeraConfig config) {
        config.write(json);
        return json.put("maxGradient", 1.0);
    }

    private static ChimeraConfig config(int variates, int patch, int width, int states, int blocks) {
        return new ChimeraConfig(variates, patch, width, 2, states, blocks, 4, Math.max(1, 2 * width / 16), Discretization.ZERO_ORDER_HOLD,
                false,
                0.1);
    }

    private final class Forecasters implements ForecasterFamily {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public ObjectNode defaultConfig(int lag, int horizon, int variates) {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("lag", lag).put("horizon", horizon).put("variates", variates)
                    .put("decoder", "direct").put("loopChannels", 16).put("linearSkip", true).put("normalized", true)
                    .put("seriesLoss", false);
            return with(json, config(variates, 4, 32, 8, 1));
        }

        @Override
        public TrainableForecaster create(ObjectNode json, long seed) {
            Settings settings = Settings.like(defaultConfig(1, 1, 1), json, NAME);
            var shape = new ChimeraForecaster.Shape(settings.whole("lag", 1), settings.whole("horizon", 1),
                    settings.text("decoder", DECODERS).equals("closedLoop"), settings.whole("loopChannels", 1), settings.flag("linearSkip"),
                    settings.flag("normalized"), settings.flag("seriesLoss"), settings.number("maxGradient", 0, Double.MAX_VALUE));
            return new ChimeraForecaster(kernels.get(), ChimeraConfig.read(settings, settings.whole("variates", 1)), shape, seed);
        }

        @Override
        public TrainingSettings trainingDefaults(int lag, int horizon, int variates) {
            return TrainingSettings.defaults().with(settings -> {
                settings.schedule = new LearningRateSchedule.Cosine(1e-3, 0, 0.5, 10);
                settings.batch = 32;
                settings.maxEpochs = 10;
                settings.patience = 3;
                settings.weightDecay = 1e-2;
            });
        }
    }

    private final class Classifiers implements ClassifierFamily {
        /** Longest grid that is not cut into patches by default. */
        private static final int MOST_STEPS = 256;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public ObjectNode defaultConfig(int length, int channels, int classes) {
            int patch = 1;
            while ((length + patch - 1) / patch > MOST_STEPS) {
                patch *= 2;
            }
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("length", length).put("channels", channels).put("classes", classes)
                    .put("labelSmoothing", 0.0);
            return with(json, config(channels, patch, 32, 8, 2));
        }

        @Override
        public TrainableClassifier create(ObjectNode json, long seed) {
            Settings settings = Settings.like(defaultConfig(1, 1, 2), json, NAME);
            var shape = new ChimeraClassifier.Shape(settings.whole("length", 1), settings.whole("classes", 2),
                    settings.number("labelSmoothing", 0, 0.99), settings.number("maxGradient", 0, Double.MAX_VALUE));
            return new ChimeraClassifier(kernels.get(), ChimeraConfig.read(settings, settings.whole("channels", 1)), shape, seed);
        }

        @Override
        public TrainingSettings trainingDefaults(int length, int channels, int classes) {
            return TrainingSettings.defaults().with(settings -> {
                settings.schedule = new LearningRateSchedule.Cosine(3e-3, 1e-5, 1, 40);
                settings.batch = 32;
                settings.maxEpochs = 40;
                settings.patience = 15;
                settings.weightDecay = 1e-2;
            });
        }
    }

    private final class Reconstructors implements ReconstructorFamily {
        private static final int MOST_PATCH = 10;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public ObjectNode defaultConfig(int window, int variates) {
            int patch = Math.min(MOST_PATCH, window);
            while (patch > 1 && window % patch != 0) {
                patch--;
            }
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("window", window).put("variates", variates)
                    .put("bottleneck", Math.max(1, patch / 3));
            return with(json, config(variates, patch, 16, 8, 1));
        }

        @Override
        public TrainableReconstructor create(ObjectNode json, long seed) {
            Settings settings = Settings.like(defaultConfig(2, 1), json, NAME);
            var shape = new ChimeraReconstructor.Shape(settings.whole("window", 1), settings.whole("bottleneck", 1),
                    settings.number("maxGradient", 0, Double.MAX_VALUE));
            return new ChimeraReconstructor(kernels.get(), ChimeraConfig.read(settings, settings.whole("variates", 1)), shape, seed);
        }

        @Override
        public TrainingSettings trainingDefaults(int window, int variates) {
            return TrainingSettings.defaults().with(settings -> {
                settings.schedule = new LearningRateSchedule.Cosine(2e-3, 1e-5, 0.5, 20);
                settings.batch = 32;
                settings.maxEpochs = 20;
                settings.patience = 5;
                settings.weightDecay = 1e-2;
            });
        }
    }
}
