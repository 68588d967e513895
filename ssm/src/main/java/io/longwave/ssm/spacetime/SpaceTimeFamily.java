package io.longwave.ssm.spacetime;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.longwave.kernel.Kernels;
import io.longwave.kernel.WindowCentring.Offset;
import io.longwave.ssm.golden.GoldenCheck;
import io.longwave.ssm.spacetime.SpaceTimeConfig.LossWeights;
import io.longwave.train.ForecasterFamily;
import io.longwave.train.LearningRateSchedule;
import io.longwave.train.TrainingSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** SpaceTime in the catalogue: its settings as JSON and how a forecaster is made of them. */
public final class SpaceTimeFamily implements ForecasterFamily {
    public static final String NAME = "spacetime";

    private final Supplier<Kernels> kernels;

    /**
     * @param kernels asked for when the first forecaster is made
     */
    public SpaceTimeFamily(Supplier<Kernels> kernels) {
        this.kernels = kernels;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ObjectNode defaultConfig(int lag, int horizon, int variates) {
        return write(SpaceTimeConfig.recommended(variates, lag, horizon));
    }

    @Override
    public SpaceTimeForecaster create(ObjectNode config, long seed) {
        return new SpaceTimeForecaster(kernels.get(), read(config, seed));
    }

    /** Three times the published rate from the first step on: the published warm-up spends an epoch at 1e-6. */
    @Override
    public TrainingSettings trainingDefaults(int lag, int horizon, int variates) {
        return TrainingSettings.defaults().with(settings -> {
            settings.schedule = new LearningRateSchedule.Constant(3e-3);
            settings.maxEpochs = 30;
            settings.patience = 6;
            settings.averaging = 0.98; // a constant rate is noisy; the average over about 50 steps is what is validated and kept
        });
    }

    static ObjectNode write(SpaceTimeConfig config) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("lag", config.lag()).put("horizon", config.horizon()).put("variates", config.variates());
        json.put("modelDim", config.modelDim()).put("encoderBlocks", config.encoderBlocks()).put("kernels", config.kernels());
        json.put("encoderStateSize", config.encoderStateSize()).put("decoderStateSize", config.decoderStateSize());
        json.put("minAverageWindow", config.minAverageWindow()).put("maxAverageWindow", config.maxAverageWindow());
        json.put("normOrder", config.normOrder()).put("dropout", config.dropout());
        json.put("lossHorizon", config.lossWeights().horizon()).put("lossOneStep", config.lossWeights().oneStep());
        json.put("lossNextInput", config.lossWeights().nextInput()).put("offset", config.offset().name());
        return json;
    }

    static SpaceTimeConfig read(ObjectNode json, long seed) {
        List<String> known = new ArrayList<>(write(SpaceTimeConfig.defaults(1, 336, 96)).propertyNames());
        for (String name : json.propertyNames()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("unknown setting " + name + " of " + NAME + "; expected " + known);
            }
        }
        LossWeights weights = new LossWeights(number(json, "lossHorizon"), number(json, "lossOneStep"), number(json, "lossNextInput"));
        return new SpaceTimeConfig(whole(json, "variates"), whole(json, "lag"), whole(json, "horizon"), whole(json, "modelDim"),
                whole(json, "encoderBlocks"), whole(json, "kernels"), whole(json, "encoderStateSize"), whole(json, "decoderStateSize"),
                whole(json, "minAverageWindow"), whole(json, "maxAverageWindow"), whole(json, "normOrder"), number(json, "dropout"),
                weights,
                offset(json), seed);
    }

    private static int whole(ObjectNode json, String name) {
        JsonNode node = json.path(name);
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw wrong(name, "a whole number", node);
        }
        return node.intValue();
    }

    private static double number(ObjectNode json, String name) {
        JsonNode node = json.path(name);
        if (!node.isNumber()) {
            throw wrong(name, "a number", node);
        }
        return node.doubleValue();
    }

    private static Offset offset(ObjectNode json) {
        JsonNode node = json.path("offset");
        for (Offset offset : Offset.values()) {
            if (node.isString() && node.stringValue().equals(offset.name())) {
                return offset;
            }
        }
        throw wrong("offset", "one of " + List.of(Offset.values()), node);
    }

    private static IllegalArgumentException wrong(String name, String expected, JsonNode found) {
        return new IllegalArgumentException(
                "setting " + name + " of " + NAME + ": expected " + expected + " but was " + (found.isMissingNode() ? "nothing" : found));
    }

    public static List<GoldenCheck> goldenChecks() {
        return List.of(new OpenLoopGoldenCheck("st_companion_open"), new OpenLoopGoldenCheck("st_shift_open"),
                new ClosedLoopGoldenCheck("st_closed_loop"), new PreprocessingGoldenCheck("st_preprocess_diff"),
                new PreprocessingGoldenCheck("st_preprocess_residual"), new NetworkGoldenCheck("st_network"));
    }
}
