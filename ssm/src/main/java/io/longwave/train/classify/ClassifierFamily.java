package io.longwave.train.classify;

import io.longwave.train.TrainingSettings;
import tools.jackson.databind.node.ObjectNode;

/** A kind of classifier that can be made, trained and stored by name. Implementations are stateless. */
public interface ClassifierFamily {

    /** Name on the command line and in stored models, for example {@code s4d}. */
    String name();

    /** Every setting with its default, {@code length}, {@code channels} and {@code classes} among them; what a stored model keeps. */
    ObjectNode defaultConfig(int length, int channels, int classes);

    /**
     * A new classifier with weights drawn from the seed.
     *
     * @throws IllegalArgumentException if a setting is missing, unknown or out of range, naming it with what was expected and found
     */
    TrainableClassifier create(ObjectNode config, long seed);

    /** Training settings that validate best for this family; every one can be overridden. */
    TrainingSettings trainingDefaults(int length, int channels, int classes);
}
