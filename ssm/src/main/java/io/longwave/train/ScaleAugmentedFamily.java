package io.longwave.train;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Adds the setting {@code scaleAugmentation} to a family. */
record ScaleAugmentedFamily(ForecasterFamily inner, double defaultSpread) implements ForecasterFamily {

    static final String SETTING = "scaleAugmentation";

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public ObjectNode defaultConfig(int lag, int horizon, int variates) {
        return inner.defaultConfig(lag, horizon, variates).put(SETTING, defaultSpread);
    }

    @Override
    public TrainableForecaster create(ObjectNode config, long seed) {
        JsonNode setting = config.get(SETTING);
        if (setting == null || !setting.isNumber() || !(setting.doubleValue() >= 0)) {
            throw new IllegalArgumentException(
                    "setting " + SETTING + " of " + name() + ": expected a number of at least 0 but was "
                            + (setting == null ? "nothing" : setting));
        }
        TrainableForecaster model = inner.create(ScaleAugmentedForecaster.withoutSetting(config), seed);
        return setting.doubleValue() > 0 ? new ScaleAugmentedForecaster(model, setting.doubleValue(), seed) : model;
    }

    @Override
    public TrainingSettings trainingDefaults(int lag, int horizon, int variates) {
        return inner.trainingDefaults(lag, horizon, variates);
    }
}
