package io.longwave.model.classification;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.model.problem.RequestProblem;
import io.longwave.ssm.classify.RecordingClassifier;
import java.util.LinkedHashMap;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The classifiers of the model store. One works at a time: each uses every core or the whole device, and keeps memory for what it last did. */
@Component
class Classifiers {
    private static final int KEPT = 2;

    private final ModelStore store;
    private final LinkedHashMap<String, RecordingClassifier> opened = new LinkedHashMap<>(4, 0.75f, true);

    Classifiers(ModelStore store) {
        this.store = store;
    }

    /**
     * Lets a classifier work, once whoever used one before is done.
     *
     * @throws RequestProblem if there is no such model or it cannot classify
     */
    synchronized <T> T with(String id, Function<RecordingClassifier, T> work) {
        RecordingClassifier classifier = opened.get(id);
        if (classifier == null) {
            classifier = open(id);
            while (opened.size() >= KEPT) {
                opened.pollFirstEntry();
            }
            opened.put(id, classifier);
        }
        return work.apply(classifier);
    }

    private RecordingClassifier open(String id) {
        StoredModel stored;
        try {
            stored = store.open(id);
        } catch (CheckpointException e) {
            throw new RequestProblem(HttpStatus.NOT_FOUND, "unknown-model", "expected the id of a registered model but was " + id);
        }
        try {
            return RecordingClassifier.open(stored);
        } catch (CheckpointException e) {
            throw new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, "model-cannot-classify",
                    "model: expected one that classifies but " + id + " cannot: " + e.problem());
        }
    }
}
