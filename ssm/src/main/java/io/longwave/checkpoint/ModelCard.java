package io.longwave.checkpoint;

import io.longwave.train.Scaler;
import io.longwave.train.Split;
import io.longwave.train.layout.RecordingInput;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code model.json} says about the weights beside it.
 *
 * @param format of this file, 1
 * @param id {@code family-name-N}, the name of its directory
 * @param family in the catalogue of families
 * @param name what the model is called among those of its family
 * @param task {@code forecast}, {@code classify} or {@code reconstruct}
 * @param created when training ended
 * @param seed of weights and of the order of windows
 * @param config of the model, read by its family
 * @param training settings it was trained with
 * @param data it was trained on
 * @param scaler of its inputs and outputs: the model works on standardised values
 * @param metrics numbers by name, for example {@code testMse}; errors are on the standardised scale
 * @param classes names in the order of a classifier's probabilities; empty for other tasks
 * @param input how files must be read to be what a classifier was trained on; null for other tasks, and for classifiers of versions that did not say
 */
public record ModelCard(int format, String id, String family, String name, String task, Instant created, long seed, ObjectNode config,
        ObjectNode training, DataFingerprint data, Scaler scaler, Map<String, Double> metrics, List<String> classes,
        @Nullable RecordingInput input) {

    public static final int FORMAT = 1;
    public static final String FORECAST = "forecast";
    public static final String CLASSIFY = "classify";
    public static final String RECONSTRUCT = "reconstruct";

    public ModelCard {
        metrics = Map.copyOf(metrics);
        classes = List.copyOf(classes);
    }

    /** A card of a model that is no classifier. */
    public ModelCard(int format, String id, String family, String name, String task, Instant created, long seed, ObjectNode config,
            ObjectNode training, DataFingerprint data, Scaler scaler, Map<String, Double> metrics) {
        this(format, id, family, name, task, created, seed, config, training, data, scaler, metrics, List.of(), null);
    }

    ModelCard withId(String newId) {
        return new ModelCard(format, newId, family, name, task, created, seed, config, training, data, scaler, metrics, classes,
                input);
    }

    /**
     * Which data a model has seen.
     *
     * @param columns V names, of the channels for a classifier
     * @param rows of the file; sequences for a classifier
     * @param sha256 of the unpacked files, lower-case hexadecimal
     * @param cadenceMillis usual distance of two rows; 0 where the files do not say
     * @param split of the rows or sequences
     */
    public record DataFingerprint(List<String> columns, int rows, String sha256, long cadenceMillis, Split split) {
        public DataFingerprint {
            columns = List.copyOf(columns);
        }
    }
}
