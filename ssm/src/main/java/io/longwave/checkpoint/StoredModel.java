package io.longwave.checkpoint;

import io.longwave.train.ForecasterFamily;
import io.longwave.train.TrainableForecaster;
import io.longwave.train.TrainableModel;
import io.longwave.train.TrainableModel.NamedTensor;
import io.longwave.train.classify.ClassifierFamily;
import io.longwave.train.classify.TrainableClassifier;
import io.longwave.train.reconstruct.ReconstructorFamily;
import io.longwave.train.reconstruct.TrainableReconstructor;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A finished model on disk.
 *
 * @param card content of {@code model.json}
 * @param directory that holds it and {@code weights.safetensors}
 */
public record StoredModel(ModelCard card, Path directory) {

    static final String CARD = "model.json";
    static final String WEIGHTS = "weights.safetensors";
    private static final String CLASSES = "classes";
    private static final String INPUT = "input"; // of classifiers of later versions only
    private static final List<String> FIELDS = Arrays.stream(ModelCard.class.getRecordComponents()).map(RecordComponent::getName)
            .filter(field -> !field.equals(INPUT)).toList();
    /** Fields of a newer minor version are no reason to refuse a model. */
    static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

    /**
     * Reads {@code model.json} of a directory; the weights are read when asked for.
     *
     * @throws CheckpointException if it is absent or not readable, naming what was expected and found
     */
    public static StoredModel read(Path directory) {
        Path file = directory.resolve(CARD);
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            if (!(json instanceof ObjectNode fields) || json.path("format").asInt(0) != ModelCard.FORMAT) {
                throw new CheckpointException(file, "expected a description of format " + ModelCard.FORMAT + " but found format "
                        + json.path("format"));
            }
            if (!json.has(CLASSES)) {
                fields.putArray(CLASSES); // models stored before there were classifiers
            }
            for (String field : FIELDS) {
                if (!json.hasNonNull(field)) {
                    throw new CheckpointException(file, "expected a field '" + field + "' but found " + json.propertyNames());
                }
            }
            return new StoredModel(JSON.treeToValue(json, ModelCard.class), directory);
        } catch (NoSuchFileException e) {
            throw new CheckpointException(file, "expected the description of a model but there is none", e);
        } catch (JacksonException e) {
            throw new CheckpointException(file, "is no description of a model: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new CheckpointException(file, "cannot be read: " + e, e);
        }
    }

    public String id() {
        return card.id();
    }

    /** @throws CheckpointException if the file is absent, cut short or damaged */
    public List<NamedTensor> weights() {
        return Safetensors.read(directory.resolve(WEIGHTS)).tensors();
    }

    /**
     * The model, ready to forecast.
     *
     * @param family the one the card names
     * @throws CheckpointException if task, configuration or weights are not those of the family, naming what was expected and found
     */
    public TrainableForecaster forecaster(ForecasterFamily family) {
        return open(ModelCard.FORECAST, family.name(), family::create);
    }

    /** The model, ready to classify; else as {@link #forecaster}. */
    public TrainableClassifier classifier(ClassifierFamily family) {
        return open(ModelCard.CLASSIFY, family.name(), family::create);
    }

    /** The model, ready to reconstruct; else as {@link #forecaster}. */
    public TrainableReconstructor reconstructor(ReconstructorFamily family) {
        return open(ModelCard.RECONSTRUCT, family.name(), family::create);
    }

    private <M extends TrainableModel> M open(String task, String family, BiFunction<ObjectNode, Long, M> create) {
        if (!family.equals(card.family())) {
            throw new CheckpointException(directory, "expected a model of family " + family + " but was " + card.family());
        }
        if (!task.equals(card.task())) {
            throw new CheckpointException(directory, "expected a model of task " + task + " but its task is " + card.task());
        }
        try {
            M model = create.apply(card.config(), card.seed());
            model.setWeights(weights());
            return model;
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(directory, e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }
}
