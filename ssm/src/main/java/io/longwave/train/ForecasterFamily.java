package io.longwave.train;

import tools.jackson.databind.node.ObjectNode;

/** A kind of forecaster that can be made, trained and stored by name. Implementations are stateless. */
public interface ForecasterFamily {

    /** Name on the command line and in stored models, for example {@code spacetime}. */
    String name();

    /**
     * Every setting of a forecaster of this shape with its default, {@code lag}, {@code horizon} and {@code variates} among them. It is what a stored
     * model keeps, so names stay readable for ever.
     */
    ObjectNode defaultConfig(int lag, int horizon, int variates);

    /**
     * A new forecaster with weights drawn from the seed.
     *
     * @param config what {@link #defaultConfig} gave, settings possibly changed
     * @throws IllegalArgumentException if a setting is missing, unknown or out of range, naming it with what was expected and found
     */
    TrainableForecaster create(ObjectNode config, long seed);

    /** Training settings that validate best for this family; every one can be overridden. */
    default TrainingSettings trainingDefaults(int lag, int horizon, int variates) {
        return TrainingSettings.defaults();
    }
}
