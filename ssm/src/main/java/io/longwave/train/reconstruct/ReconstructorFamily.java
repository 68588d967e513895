package io.longwave.train.reconstruct;

import io.longwave.train.TrainingSettings;
import tools.jackson.databind.node.ObjectNode;

/** A kind of reconstructor that can be made, trained and stored by name. Implementations are stateless. */
public interface ReconstructorFamily {

    /** Name on the command line and in stored models, for example {@code chimera}. */
    String name();

    /** Every setting with its default, {@code window} and {@code variates} among them; what a stored model keeps. */
    ObjectNode defaultConfig(int window, int variates);

    /**
     * A new reconstructor with weights drawn from the seed.
     *
     * @throws IllegalArgumentException if a setting is missing, unknown or out of range, naming it with what was expected and found
     */
    TrainableReconstructor create(ObjectNode config, long seed);

    /** Training settings that validate best for this family; every one can be overridden. */
    TrainingSettings trainingDefaults(int window, int variates);
}
