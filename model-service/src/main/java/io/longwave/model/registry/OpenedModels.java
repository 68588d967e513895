package io.longwave.model.registry;

import io.longwave.checkpoint.CheckpointException;
import io.longwave.checkpoint.ModelStore;
import io.longwave.checkpoint.StoredModel;
import io.longwave.model.problem.RequestProblem;
import java.util.LinkedHashMap;
import java.util.function.Function;
import org.springframework.http.HttpStatus;

/**
 * Models of the store, opened for one kind of work.
 *
 * @param <M> what works
 */
public final class OpenedModels<M> {
    private static final int USUALLY_KEPT = 2;

    private final ModelStore store;
    private final Function<StoredModel, M> opening;
    private final String work;
    private final int kept;
    private final LinkedHashMap<String, M> opened = new LinkedHashMap<>(4, 0.75f, true);

    /**
     * @param opening throws {@link CheckpointException} for a model that cannot do it
     * @param work what the models do, a verb
     */
    public OpenedModels(ModelStore store, Function<StoredModel, M> opening, String work) {
        this(store, opening, work, USUALLY_KEPT);
    }

    /** @param kept how many stay open, those that were asked for last */
    public OpenedModels(ModelStore store, Function<StoredModel, M> opening, String work, int kept) {
        this.kept = kept;
        this.store = store;
        this.opening = opening;
        this.work = work;
    }

    /**
     * Lets a model work, once whoever used one of these before is done: each uses every core or the whole device, and keeps memory for what it last did.
     *
     * @throws RequestProblem if there is no such model or it cannot do this
     */
    public synchronized <T> T with(String id, Function<M, T> asked) {
        return asked.apply(get(id));
    }

    /**
     * A model that says itself what may be done at once.
     *
     * @throws RequestProblem if there is no such model or it cannot do this
     */
    public synchronized M get(String id) {
        M model = opened.get(id);
        if (model == null) {
            model = open(id);
            while (opened.size() >= kept) {
                opened.pollFirstEntry();
            }
            opened.put(id, model);
        }
        return model;
    }

    private M open(String id) {
        StoredModel stored;
        try {
            stored = store.open(id);
        } catch (CheckpointException e) {
            throw new RequestProblem(HttpStatus.NOT_FOUND, "unknown-model", "expected the id of a registered model but was " + id);
        }
        try {
            return opening.apply(stored);
        } catch (CheckpointException e) {
            throw new RequestProblem(HttpStatus.UNPROCESSABLE_CONTENT, "model-cannot-" + work,
                    "model: expected one that can " + work + " but " + id + " cannot: " + e.problem());
        }
    }
}
