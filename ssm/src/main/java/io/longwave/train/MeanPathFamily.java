package io.longwave.train;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Adds the setting {@code meanPath} to a family. */
record MeanPathFamily(ForecasterFamily inner) implements ForecasterFamily {

    private static final String SETTING = "meanPath";

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public ObjectNode defaultConfig(int lag, int horizon, int variates) {
        return inner.defaultConfig(lag, horizon, variates).put(SETTING, true);
    }

    @Override
    public TrainableForecaster create(ObjectNode config, long seed) {
        ObjectNode others = config.deepCopy();
        boolean around = take(others, name());
        TrainableForecaster model = inner.create(others, seed);
        return around ? new MeanPathForecaster(model) : model;
    }

    /** Removes the setting. */
    static boolean take(ObjectNode config, String family) {
        JsonNode setting = config.path(SETTING);
        if (!setting.isBoolean()) {
            throw new IllegalArgumentException(
                    "setting " + SETTING + " of " + family + ": expected true or false but was "
                            + (setting.isMissingNode() ? "nothing" : setting));
        }
        config.remove(SETTING);
        return setting.booleanValue();
    }

    @Override
    public TrainingSettings trainingDefaults(int lag, int horizon, int variates) {
        return inner.trainingDefaults(lag, horizon, variates);
    }
}
