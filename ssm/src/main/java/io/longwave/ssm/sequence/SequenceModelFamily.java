package io.longwave.ssm.sequence;

import java.util.List;
import java.util.function.Supplier;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.StoredModel;
import io.longwave.kernel.DeviationLoss;
import io.longwave.kernel.Kernels;
import io.longwave.kernel.WindowCentring.Offset;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.sequence.SequenceConfig.Norm;
import io.longwave.ssm.streaming.StreamingModel;
import io.longwave.ssm.windowed.WindowedModel;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.LearningRateSchedule;
import io.longwave.train.TrainingSettings;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.classify.TrainableClassifier;
import io.longwave.train.reconstruct.ReconstructorFamily;
import io.longwave.train.reconstruct.TrainableReconstructor;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A kind of sequence layer in the catalogue: what forecasts, classifies and reconstructs with it. The settings are those of the task, of
 * {@link SequenceConfig} and, as group {@code layer}, of the layer's own family.
 */
public final class SequenceModelFamily {
    private static final String LAYER = "layer";

    private final LayerFamily layers;
    private final Supplier<Kernels> kernels;

    /**
     * @param kernels asked for when the first model is made
     */
    public SequenceModelFamily(LayerFamily layers, Supplier<Kernels> kernels) {
        this.layers = layers;
        this.kernels = kernels;
    }

    public String name() {
        return layers.name();
    }

    public LayerFamily layers() {
        return layers;
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

    /**
     * A stored forecaster of one series in a stream.
     *
     * @throws CheckpointException if it cannot serve one, saying why
     */
    public StreamingModel streaming(StoredModel stored) {
        return WindowedModel.open(stored, (settings, weights, seed) -> {
            SequenceForecaster forecaster = new Forecasters().create(settings, seed);
            forecaster.setWeights(weights);
            return forecaster.stepped();
        });
    }

    public List<GoldenCheck> goldenChecks() {
        return layers.goldenChecks();
    }

    private ObjectNode withNetwork(ObjectNode json, SequenceConfig config, int samples) {
        config.write(json);
        json.set(LAYER, layers.defaultConfig(config.steps(samples)));
        return json;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private final class Forecasters implements ForecasterFamily {
        @Override
        public String name() {
            return layers.name();
        }

        @Override
        public ObjectNode defaultConfig(int lag, int horizon, int variates) {
            ObjectNode json = object().put("lag", lag).put("horizon", horizon).put("variates", variates).put("independent", true)
                    .put("offset", Offset.LAST.name()).put("windowScale", false).put("pooling", Pooling.LAST.name())
                    .put("loss", DeviationLoss.Kind.SQUARED.name()).put("maxGradient", 1.0);
            return withNetwork(json, new SequenceConfig(1, 1, 32, 2, Norm.LAYER, true, 0.1, false), lag);
        }

        @Override
        public SequenceForecaster create(ObjectNode config, long seed) {
            Settings settings = Settings.like(defaultConfig(1, 1, 1), config, layers.name());
            var shape = new SequenceForecaster.Shape(settings.whole("lag", 1), settings.whole("horizon", 1), settings.whole("variates", 1),
                    settings.flag("independent"), settings.choice("offset", Offset.class), settings.flag("windowScale"),
                    settings.choice("pooling", Pooling.class), settings.choice("loss", DeviationLoss.Kind.class),
                    settings.number("maxGradient", 0, Double.MAX_VALUE));
            return new SequenceForecaster(kernels.get(), layers, settings.group(LAYER),
                    SequenceConfig.read(settings, shape.independent() ? 1 : shape.variates()), shape, seed);
        }

        @Override
        public TrainingSettings trainingDefaults(int lag, int horizon, int variates) {
            return TrainingSettings.defaults().with(settings -> {
                settings.schedule = new LearningRateSchedule.Cosine(2e-3, 1e-5, 0.5, 20);
                settings.batch = 32;
                settings.maxEpochs = 20;
                settings.patience = 5;
                settings.weightDecay = 1e-2;
                settings.averaging = 0.98;
            });
        }
    }

    private final class Classifiers implements ClassifierFamily {
        /** Longest recording that is not cut into patches by default. */
        private static final int LONGEST_WHOLE = 1024;
        /** Most steps of longer ones: spoken digits at 8 kHz, patches of 16, are learned in 90 s of processor time. */
        private static final int MOST_STEPS = 512;

        @Override
        public String name() {
            return layers.name();
        }

        @Override
        public ObjectNode defaultConfig(int length, int channels, int classes) {
            int patch = 1;
            while (length > LONGEST_WHOLE && (length + patch - 1) / patch > MOST_STEPS) {
                patch *= 2;
            }
            ObjectNode json = object().put("length", length).put("channels", channels).put("classes", classes)
                    .put("pooling", Pooling.MEAN.name()).put("labelSmoothing", 0.0).put("shift", 0.0).put("gain", 0.0).put("noise", 0.0)
                    .put("maxGradient", 1.0);
            return withNetwork(json, new SequenceConfig(channels, patch, 64, 4, Norm.LAYER, true, 0.1, true), length);
        }

        @Override
        public TrainableClassifier create(ObjectNode config, long seed) {
            Settings settings = Settings.like(defaultConfig(1, 1, 2), config, layers.name());
            var augmentation = new Augmentation(settings.number("shift", 0, 0.9), settings.number("gain", 0, 10),
                    settings.number("noise", 0, Double.MAX_VALUE));
            var shape = new SequenceClassifier.Shape(settings.whole("length", 1), settings.whole("channels", 1),
                    settings.whole("classes", 2), settings.choice("pooling", Pooling.class), settings.number("labelSmoothing", 0, 0.99),
                    augmentation, settings.number("maxGradient", 0, Double.MAX_VALUE));
            return new SequenceClassifier(kernels.get(), layers, settings.group(LAYER), SequenceConfig.read(settings, shape.channels()),
                    shape, seed);
        }

        @Override
        public TrainingSettings trainingDefaults(int length, int channels, int classes) {
            return TrainingSettings.defaults().with(settings -> {
                settings.schedule = new LearningRateSchedule.Cosine(4e-3, 1e-5, 1, 40);
                settings.batch = 32;
                settings.maxEpochs = 40;
                settings.patience = 15;
                settings.weightDecay = 5e-2;
            });
        }
    }

    private final class Reconstructors implements ReconstructorFamily {
        /** Numbers of a step from which on a quarter of them is a bottleneck. */
        private static final int FEWEST_INPUTS = 8;

        @Override
        public String name() {
            return layers.name();
        }

        @Override
        public ObjectNode defaultConfig(int window, int variates) {
            int patch = 1;
            while (patch < window && (patch * variates < FEWEST_INPUTS || window % patch != 0)) {
                patch++;
            }
            ObjectNode json = object().put("window", window).put("variates", variates)
                    .put("bottleneck", Math.max(1, patch * variates / 4)).put("noise", 0.0).put("loss", DeviationLoss.Kind.SQUARED.name())
                    .put("maxGradient", 1.0);
            return withNetwork(json, new SequenceConfig(variates, patch, 32, 1, Norm.LAYER, true, 0.0, false), window);
        }

        @Override
        public TrainableReconstructor create(ObjectNode config, long seed) {
            Settings settings = Settings.like(defaultConfig(2, 1), config, layers.name());
            var shape = new SequenceReconstructor.Shape(settings.whole("window", 1), settings.whole("variates", 1),
                    settings.whole("bottleneck", 1), settings.number("noise", 0, Double.MAX_VALUE),
                    settings.choice("loss", DeviationLoss.Kind.class), settings.number("maxGradient", 0, Double.MAX_VALUE));
            return new SequenceReconstructor(kernels.get(), layers, settings.group(LAYER),
                    SequenceConfig.read(settings, shape.variates()), shape, seed);
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
